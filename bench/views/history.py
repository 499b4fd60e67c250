"""Series of runs as tables, JSON and CSV."""

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.console import plain
from bench.domain import Workload
from bench.history.entries import Entry, workload_fields
from bench.history.series import Change, Series
from bench.statistics.estimate import Estimate, relative_half_width
from bench.views.wording import MISSING, percent, seconds

SCHEMA, VERSION = "onnx-bench/history", 1
COLUMNS = (
    "created", "commit", "model", "sha256", "target", "workload", "cpu", "runtime_version",
    "p50_seconds", "p50_low", "p50_high", "items_per_second", "correct", "total",
    "ratio", "ratio_low", "ratio_high", "change_point", "unsuitable", "report",
)  # fmt: skip
_HASH = 7  # digits, as git shortens them
_APART = (
    "Change: against the run before, ± its 95 % interval from the processes of the two runs alone."
)


def show(series: Series, console: Console) -> None:
    """A table of the runs, and a sentence for each change of their level."""
    console.print(Text(plain(title(series)), style="bold"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("When (UTC)", no_wrap=True)
    table.add_column("Commit", no_wrap=True)
    table.add_column("Versions", overflow="fold")
    for heading in ("p50", "95 %", "Change"):
        table.add_column(heading, justify="right", no_wrap=True)
    before = None
    begins = {change.first for change in series.changes}
    for index, entry in enumerate(series.entries):
        ratio = series.ratios[index]
        cells = (
            entry.created[:16].replace("T", " ") + ("*" if entry.unsuitable else ""),
            _short(entry.commit) or MISSING,
            _versions(before, entry),
            seconds(entry.p50.value),
            _plus_minus(entry.p50.high / entry.p50.value - 1),
            _change(ratio) if ratio else MISSING,
        )
        table.add_row(
            *(Text(plain(cell)) for cell in cells), style="bold" if index in begins else None
        )
        before = entry
    console.print(table)
    for change in series.changes:
        console.print(Text(plain(_sentence(change, series))))
    if any(entry.unsuitable for entry in series.entries):
        console.print(Text("* measured in an unsuitable environment; change points leave it out."))
    console.print(Text(_APART, style="dim"))
    console.print()


def title(series: Series) -> str:
    """The case and the machine: what the runs of a series share."""
    entry = series.entries[0]
    parts = [
        f"{entry.model} on {entry.target}",
        f"batch {entry.workload['batch']}",
        settings(entry.workload),
        f"{entry.environment.get('cpu', 'unknown CPU')}",
        f"{entry.environment.get('usable_cpus', '?')} CPUs",
    ]
    return ", ".join(parts)


def settings(workload: Mapping[str, Any]) -> str:
    """The threads, and what else but the batch is not as usual."""
    usual = workload_fields(Workload(batch=1, threads=1))
    threads = workload["threads"]
    others = [
        _setting(name, value)
        for name, value in workload.items()
        if name not in ("batch", "threads") and value != usual.get(name)
    ]
    return ", ".join([f"{threads} thread{'' if threads == 1 else 's'}", *others])


def as_json(series: list[Series]) -> str:
    """One object: seconds, items per second, ratios of seconds."""
    fields = {"schema": SCHEMA, "version": VERSION, "series": [_series(one) for one in series]}
    return json.dumps(fields, allow_nan=False)


def as_csv(series: list[Series]) -> str:
    """A line for each run; empty cells where there is no figure."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in series:
        begins = {change.first for change in one.changes}
        for index, (entry, ratio) in enumerate(zip(one.entries, one.ratios, strict=True)):
            counts = entry.accuracy
            cells = [
                entry.created, entry.commit, entry.model, entry.sha256, entry.target,
                json.dumps(entry.workload), str(entry.environment.get("cpu", "")),
                entry.runtime_version, entry.p50.value, entry.p50.low, _finite(entry.p50.high),
                entry.throughput, counts and counts.correct, counts and counts.total,
                ratio and ratio.value, ratio and ratio.low, ratio and _finite(ratio.high),
                int(index in begins), entry.unsuitable, entry.report,
            ]  # fmt: skip
            writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in cells])
    return stream.getvalue().rstrip("\n")


def _setting(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={one}" for key, one in value.items())
    return f"{name} {value}"


def _series(series: Series) -> dict[str, Any]:
    entry = series.entries[0]
    return {
        "model": entry.model,
        "target": entry.target,
        "workload": entry.workload,
        "runs": [
            _run(one, ratio) for one, ratio in zip(series.entries, series.ratios, strict=True)
        ],
        "changes": [
            {"run": change.first, **_ratio(change.ratio), "verdict": change.verdict}
            for change in series.changes
        ],
    }


def _run(entry: Entry, ratio: Estimate | None) -> dict[str, Any]:
    counts = entry.accuracy
    return {
        "created": entry.created,
        "commit": entry.commit,
        "sha256": entry.sha256,
        "runtime_version": entry.runtime_version,
        "environment": entry.environment,
        "unsuitable": entry.unsuitable,
        "p50": {
            "value": entry.p50.value,
            "low": entry.p50.low,
            "high": _finite(entry.p50.high),
        },
        "replicates": [math.exp(value) for value in entry.replicates],
        "throughput": entry.throughput,
        "accuracy": counts
        and {"dataset": counts.dataset, "correct": counts.correct, "total": counts.total},
        "change": ratio and _ratio(ratio),
        "report": entry.report,
    }


def _ratio(ratio: Estimate) -> dict[str, Any]:
    return {"ratio": ratio.value, "low": ratio.low, "high": _finite(ratio.high)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _versions(before: Entry | None, entry: Entry) -> str:
    """The runtime of the first run; afterwards what is new."""
    if before is None:
        return f"{entry.target.partition(':')[0]} {entry.runtime_version}"
    old, new = before.versions, entry.versions
    changed = [
        f"{name} {new.get(name, 'gone')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    if before.sha256 != entry.sha256:
        changed.append(f"model {entry.sha256[:_HASH]}")
    return ", ".join(changed)


def _short(commit: str | None) -> str:
    return commit[:_HASH] + ("+" if commit.endswith("+") else "") if commit else ""


def _change(ratio: Estimate) -> str:
    return f"{100 * (ratio.value - 1):+.1f} % {_plus_minus(relative_half_width(ratio))}"


def _plus_minus(width: float) -> str:
    return f"± {percent(width, 1)}" if math.isfinite(width) else "± ?"


def _sentence(change: Change, series: Series) -> str:
    entry, ratio = series.entries[change.first], change.ratio
    where = entry.created[:16].replace("T", " ")
    commit = f" ({_short(entry.commit)})" if entry.commit else ""
    by = percent(abs(ratio.value - 1), 1)
    word = "slower" if ratio.value > 1 else "faster"
    bounds = sorted((abs(ratio.low - 1), abs(ratio.high - 1)))
    interval = f"95 % interval {percent(bounds[0], 1)} to {percent(bounds[1], 1)}"
    if ratio.low <= 1 <= ratio.high:
        interval = "the runs are too few for an interval without 0"
    return f"Changed at {where}{commit}: {word} by {by} than before ({interval})."
