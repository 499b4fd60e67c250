"""`bench gate`: is a saved report slower or less accurate than its baseline?"""

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bench.commands.remembering import HistoryFile, chosen
from bench.commands.words import share
from bench.console import messages, plain, results
from bench.errors import (
    AccuracyGateFailed,
    BenchError,
    PerformanceGateFailed,
    UsageError,
)

if TYPE_CHECKING:
    from bench.history.gate import Judged, Limits, Verdict
    from bench.history.pairs import Pair

SCHEMA, VERSION = "onnx-bench/gate", 1
HISTORY = "history"
APART = (
    "Two reports are of different times: what changed on the machine in between is not in the"
    " intervals. --baseline history has it in them, from three runs on."
)
_STYLES = {"passed": "green", "inconclusive": "yellow"}


def gate(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="The new report, as `bench run` saved it.")
    ],
    baseline: Annotated[
        str, typer.Option(metavar="REPORT|history", help="What it is held against.")
    ],
    fail_if_slower: Annotated[
        str | None, typer.Option(metavar="X%", help="Exit 5 when surely slower by more.")
    ] = None,
    max_accuracy_drop: Annotated[
        str | None,
        typer.Option(metavar="Y%", help="Exit 4 when accuracy surely dropped by more, in points."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Use no run of the history from before, as 2026-01-31."),
    ] = None,
    format: Annotated[str, typer.Option(help="table or json.")] = "table",
    history_file: HistoryFile = None,
) -> None:
    """Hold a saved report against another or the history; exit 5 or 4.

    It closes only where a whole interval is beyond the limit. What an interval
    cannot decide is inconclusive: that is said, with what to do, and exits 0.
    """
    from bench.history.gate import Limits, judge, overall

    if format not in ("table", "json"):
        raise UsageError(f"There is no format '{format}' here.", "Use table or json.")
    if since and baseline != HISTORY:
        raise UsageError("--since belongs to --baseline history.", "Leave it out.")
    limits = Limits(
        share(fail_if_slower, "--fail-if-slower") if fail_if_slower else None,
        share(max_accuracy_drop, "--max-accuracy-drop") if max_accuracy_drop else None,
    )
    if limits == Limits():
        raise UsageError(
            "Nothing is required.", "Add --fail-if-slower 5%, --max-accuracy-drop 0.1% or both."
        )
    judged = judge(_pairs(report, baseline, _moment(since), history_file), limits)
    verdict = overall(judged)
    sentence = _sentence(judged, verdict, limits)
    if format == "json":
        print(json.dumps(_fields(judged, verdict, sentence, limits), allow_nan=False))
    else:
        results().print(_table(judged, limits))
        for text in [*_advice(judged), *([APART] if baseline != HISTORY else [])]:
            messages().print(Text(plain(text)), soft_wrap=True)
        if verdict in ("passed", "inconclusive"):
            results().print(Text(plain(sentence), style=_STYLES[verdict]))
    _close(verdict, sentence)


def _pairs(report: Path, baseline: str, since: str, file: Path | None) -> "list[Pair]":
    from bench.analysis.summary import summarise
    from bench.history import pairs
    from bench.history.entries import read as read_history
    from bench.records.store import read

    new = summarise(read(report))
    if baseline == HISTORY:
        entries = read_history(chosen(file)) if chosen(file).exists() else []
        return pairs.with_history(new, entries, since)
    return pairs.with_report(new, summarise(read(Path(baseline))))


def _moment(text: str | None) -> str:
    """A date or time as reports write it, in UTC; nothing for None."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--since {text} is no date.", "Write it as 2026-01-31.") from error
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).isoformat(timespec="seconds")


def _table(judged: "list[Judged]", limits: "Limits") -> Table:
    """A line for each row: how it changed, between which bounds, and what that allows to say."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("Row", overflow="fold")
    if limits.slower is not None:
        table.add_column("Time", justify="right", no_wrap=True)
        table.add_column("Between", justify="right", no_wrap=True)
    if limits.drop is not None:
        table.add_column("Accuracy", justify="right", no_wrap=True)
        table.add_column("Between", justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for one, label in zip(judged, _labels(judged), strict=True):
        cells = [label]
        if limits.slower is not None:
            cells += _time(one)
        if limits.drop is not None:
            cells += _accuracy(one)
        style = _STYLES.get(one.verdict, "bold red")
        table.add_row(*(Text(cell) for cell in cells), Text(one.verdict, style=style))
    return table


def _time(one: "Judged") -> list[str]:
    ratio = one.ratio
    if not ratio:
        return ["–", "–"]
    low, high = (f"{100 * (bound - 1):+.1f}" for bound in (ratio.low, ratio.high))
    return [f"{100 * (ratio.value - 1):+.1f} %", f"{low}…{high}"]


def _accuracy(one: "Judged") -> list[str]:
    """The change, not the drop, so that a minus is a loss."""
    drop = one.drop
    if not drop:
        return ["–", "–"]
    low, high = (f"{-100 * bound + 0.0:+.2f}" for bound in (drop.high, drop.low))
    return [f"{-100 * drop.value + 0.0:+.2f} %", f"{low}…{high}"]


def _labels(judged: "list[Judged]") -> list[str]:
    """Short names of the rows; how they are run stands in those that would be alike without."""
    from bench.history.entries import workload_fields
    from bench.views.history import settings
    from bench.views.wording import short_target

    cases = [one.pair.case for one in judged]
    names = [
        plain(f"{case.model.name} {short_target(case)} batch {case.workload.batch}")
        for case in cases
    ]
    return [
        f"{name}, {plain(settings(workload_fields(case.workload)))}"
        if names.count(name) > 1
        else name
        for name, case in zip(names, cases, strict=True)
    ]


def _advice(judged: "list[Judged]") -> list[str]:
    """A line for each reason, naming the rows that have it."""
    told: dict[tuple[str, str], list[str]] = {}
    for one, label in zip(judged, _labels(judged), strict=True):
        for text in one.advice:
            told.setdefault((one.verdict, text), []).append(label)
    return [f"{verdict}: {', '.join(rows)}: {text}" for (verdict, text), rows in told.items()]


def _sentence(judged: "list[Judged]", verdict: "Verdict", limits: "Limits") -> str:
    """What became of all rows."""
    of = f"of {len(judged)} rows" if len(judged) > 1 else "of 1 row"
    count = sum(one.verdict == verdict for one in judged)
    slower = f"slower by more than {100 * (limits.slower or 0):g} %"
    dropped = f"lost more than {100 * (limits.drop or 0):g} % accuracy"
    worst = max((one.ratio.low for one in judged if one.ratio), default=1.0) - 1
    lost = max((one.drop.low for one in judged if one.drop), default=0.0)
    allowed = [
        *([f"is {slower}"] if limits.slower is not None else []),
        *([dropped] if limits.drop is not None else []),
    ]
    match verdict:
        case "wrong":
            return f"The outputs of {count} {of} are wrong."
        case "less accurate":
            return f"{count} {of} {dropped}; the most is surely {100 * lost:.2f} %."
        case "slower":
            verb = "is" if count == 1 else "are"
            return f"{count} {of} {verb} {slower}; the slowest surely by {100 * worst:.1f} %."
        case "failed":
            return f"{count} {of} failed in the new report."
        case "inconclusive":
            rest = "; the others pass" if count < len(judged) else ""
            return f"Inconclusive: {count} {of} cannot be decided{rest}."
    return f"Passed: no row {' or '.join(allowed)}."


def _close(verdict: "Verdict", sentence: str) -> None:
    hint = "See what changed, or allow more."
    match verdict:
        case "wrong":
            raise AccuracyGateFailed(sentence, "The report says which, and why.")
        case "less accurate":
            raise AccuracyGateFailed(sentence, hint)
        case "slower":
            raise PerformanceGateFailed(sentence, hint)
        case "failed":
            raise BenchError(sentence, "The report says which, and why.")


def _fields(
    judged: "list[Judged]", verdict: "Verdict", sentence: str, limits: "Limits"
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "verdict": verdict,
        "sentence": sentence,
        "fail_if_slower": limits.slower,
        "max_accuracy_drop": limits.drop,
        "rows": [_row(one) for one in judged],
    }


def _row(one: "Judged") -> dict[str, Any]:
    from bench.records.schema import encode_case

    ratio, drop = one.ratio, one.drop
    return {
        "case": encode_case(one.pair.case),
        "verdict": one.verdict,
        "advice": list(one.advice),
        "ratio": ratio
        and {
            "value": ratio.value,
            "low": ratio.low,
            "high": ratio.high if math.isfinite(ratio.high) else None,
            "level": ratio.level,
        },
        "accuracy_drop": drop
        and {"value": drop.value, "low": drop.low, "high": drop.high, "level": drop.level},
    }


plugin = gate
