"""Series of runs: each with its level, and where that changed."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.domain import Accuracy, Workload
from bench.history.entries import Entry, workload_fields
from bench.history.series import Change, Series
from bench.records.document import DocumentKind, finite
from bench.statistics.estimate import Estimate, relative_half_width
from bench.views.between_runs import fields as spread_fields
from bench.views.between_runs import spread_said
from bench.views.intervals import bounds
from bench.views.wording import MISSING, TOO_FEW, either_way, percent, seconds

HISTORY = DocumentKind("history", 1, "a history", "Write it with `bench history --format json`.")
_RECORDS = (
    "created", "commit", "model", "sha256", "target", "workload", "cpu", "runtime_version",
    "p50_seconds", "p50_low", "p50_high", "items_per_second", "correct", "total", "r2",
    "ratio", "ratio_low", "ratio_high", "change_point", "unsuitable", "report",
)  # fmt: skip
_COLUMNS = (
    Column("When (UTC)"),
    Column("Commit", rank=3),
    Column("Versions", "text", rank=1),
    Column("p50"),
    Column("95 %", rank=2),
    Column("Change"),
)
_HASH = 7  # digits, as git shortens them
_UNSUITABLE = "* measured in an unsuitable environment; change points leave it out."
_CHANGE = "Change: against the run before, ± its 95 % interval."


@dataclass(frozen=True, slots=True)
class HistoryView:
    """Runs alike, in the order of their time, for each case and machine."""

    series: tuple[Series, ...]
    title: ClassVar[str] = "History"

    def blocks(self) -> Sequence[Block]:
        """Of each series a table, and a sentence for each change of its level."""
        titles = [_title(series) for series in self.series]
        return [
            block
            for series, title in zip(self.series, titles, strict=True)
            for block in _blocks(series, title + (_fed(series) if titles.count(title) > 1 else ""))
        ]

    def records(self) -> Records:
        """A line for each run; seconds, items per second, ratios of seconds."""
        return Records(_RECORDS, tuple(line for series in self.series for line in _records(series)))

    def document(self) -> dict[str, Any]:
        """The same in the same units, by series."""
        return HISTORY.envelope({"series": [_fields(series) for series in self.series]})


def _blocks(series: Series, title: str) -> list[Block]:
    begins = {change.first for change in series.changes}
    before = (None, *series.entries)
    rows = tuple(
        _cells(earlier, entry, ratio, index in begins)
        for index, (earlier, entry, ratio) in enumerate(
            zip(before, series.entries, series.ratios, strict=False)
        )
    )
    said = [Sentence(_sentence(change, series)) for change in series.changes]
    if any(entry.unsuitable for entry in series.entries):
        said.append(Sentence(_UNSUITABLE))
    if len(rows) > 1:
        said.append(Sentence(" ".join([_CHANGE, *spread_said([series.spread])]), "dim"))
    return [Table(_COLUMNS, rows, title=title), *said]


def _cells(
    before: Entry | None, entry: Entry, ratio: Estimate | None, begins: bool
) -> tuple[Cell, ...]:
    half = entry.p50.high / entry.p50.value - 1
    cells = (
        Cell(("* " if entry.unsuitable else "") + _when(entry), value=entry.created),
        Cell(_short(entry.commit) or MISSING, value=entry.commit),
        Cell(_versions(before, entry)),
        Cell(seconds(entry.p50.value), value=entry.p50.value),
        Cell(either_way(half), value=finite(half)),
        Cell(_change(ratio), value=ratio.value) if ratio else Cell(MISSING),
    )
    return tuple(Cell(cell.text, "strong", cell.value) for cell in cells) if begins else cells


def _title(series: Series) -> str:
    """The case and the machine: what the runs of a series share."""
    entry = series.entries[0]
    parts = [
        f"{entry.model} on {entry.target}",
        f"batch {entry.workload['batch']}",
        _settings(entry.workload),
        f"{entry.environment.get('cpu', 'unknown CPU')}",
        f"{entry.environment.get('usable_cpus', '?')} CPUs",
    ]
    return ", ".join(parts)


def _fed(series: Series) -> str:
    """What tells runs apart that were fed other values: the last one's, the first may not tell."""
    digest = series.entries[-1].fed.digest
    return f", inputs {digest[:_HASH]}" if digest else ""


def _settings(workload: Mapping[str, Any]) -> str:
    """The threads, and what else but the batch is not as usual."""
    usual = workload_fields(Workload(batch=1, threads=1))
    threads = workload["threads"]
    others = [
        _setting(name, value)
        for name, value in workload.items()
        if name not in ("batch", "threads") and value != usual.get(name)
    ]
    return ", ".join([f"{threads} thread{'' if threads == 1 else 's'}", *others])


def _setting(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={part}" for key, part in value.items())
    return f"{name} {value}"


def _records(series: Series) -> list[dict[str, Any]]:
    begins = {change.first for change in series.changes}
    return [
        {
            "created": entry.created,
            "commit": entry.commit,
            "model": entry.model,
            "sha256": entry.sha256,
            "target": entry.target,
            "workload": json.dumps(entry.workload),
            "cpu": str(entry.environment.get("cpu", "")),
            "runtime_version": entry.runtime_version,
            "p50_seconds": entry.p50.value,
            "p50_low": entry.p50.low,
            "p50_high": finite(entry.p50.high),
            "items_per_second": entry.throughput,
            "correct": entry.accuracy and entry.accuracy.correct,
            "total": entry.accuracy and entry.accuracy.total,
            "r2": _r2(entry.accuracy),
            **bounds(ratio, "ratio", "ratio"),
            "change_point": int(index in begins),
            "unsuitable": entry.unsuitable,
            "report": entry.report,
        }
        for index, (entry, ratio) in enumerate(zip(series.entries, series.ratios, strict=True))
    ]


def _fields(series: Series) -> dict[str, Any]:
    entry = series.entries[0]
    return {
        "model": entry.model,
        "target": entry.target,
        "workload": entry.workload,
        "runs": [
            _run(entry, ratio) for entry, ratio in zip(series.entries, series.ratios, strict=True)
        ],
        "changes": [
            {"run": change.first, **_ratio(change.ratio), "verdict": change.verdict}
            for change in series.changes
        ],
        "between_runs": spread_fields(series.spread),
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
        "p50": {"value": entry.p50.value, "low": entry.p50.low, "high": finite(entry.p50.high)},
        "replicates": [math.exp(value) for value in entry.replicates],
        "throughput": entry.throughput,
        "accuracy": counts
        and {
            "dataset": counts.dataset,
            "correct": counts.correct,
            "total": counts.total,
            "r2": _r2(counts),
        },
        "change": ratio and _ratio(ratio),
        "report": entry.report,
    }


def _r2(counts: Accuracy | None) -> float | None:
    return counts.errors.r2 if counts and counts.errors else None


def _ratio(ratio: Estimate) -> dict[str, Any]:
    return {"ratio": ratio.value, "low": ratio.low, "high": finite(ratio.high)}


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


def _when(entry: Entry) -> str:
    return entry.created[:16].replace("T", " ")


def _short(commit: str | None) -> str:
    return commit[:_HASH] + ("+" if commit.endswith("+") else "") if commit else ""


def _change(ratio: Estimate) -> str:
    """A word where the interval tells nothing of the change."""
    width = relative_half_width(ratio)
    change = f"{100 * (ratio.value - 1):+.1f} % {either_way(width)}"
    return change if width < 1 else TOO_FEW


def _sentence(change: Change, series: Series) -> str:
    entry, ratio = series.entries[change.first], change.ratio
    commit = f" ({_short(entry.commit)})" if entry.commit else ""
    by = percent(abs(ratio.value - 1), 1)
    word = "slower" if ratio.value > 1 else "faster"
    ends = sorted((abs(ratio.low - 1), abs(ratio.high - 1)))
    interval = f"95 % interval {percent(ends[0], 1)} to {percent(ends[1], 1)}"
    if ratio.low <= 1 <= ratio.high:
        interval = "the runs are too few for an interval without 0"
    return f"Changed at {_when(entry)}{commit}: {word} by {by} than before ({interval})."
