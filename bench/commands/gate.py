"""`bench gate`: is a saved report slower or less accurate than its baseline?"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import UsageError
from bench.options import completion
from bench.options.words import share
from bench.records.newest import named

if TYPE_CHECKING:
    from bench.analysis.comparison import Comparison
    from bench.analysis.judge import Limits
    from bench.statistics.statistic import Statistic

HISTORY = "history"

New = Annotated[
    str,
    typer.Argument(
        metavar="REPORT",
        help="The new report, as `bench run` saved it; @1 is the newest.",
        autocompletion=completion.reports,
    ),
]
Baseline = Annotated[
    str | None,
    typer.Option(
        metavar="REPORT",
        help="A saved report, or the word history; required.",
        autocompletion=completion.reports,
    ),
]


@grouped
def gate(
    context: typer.Context,
    showing: options.Showing,
    report: New,
    baseline: Baseline = None,
    fail_if_slower: Annotated[
        str | None, typer.Option(metavar="X%", help="Exit 5 when surely slower by more.")
    ] = None,
    max_accuracy_drop: Annotated[
        str | None,
        typer.Option(metavar="Y%", help="Exit 4 when accuracy surely dropped by more, in points."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Ignore runs of the history before this date: 2026-01-31."
        ),
    ] = None,
    judge_by: options.Judge = None,
    between_runs: options.BetweenRuns = None,
    history_file: options.HistoryFile = None,
) -> None:
    """Check a saved report against another or the history; exit 5 or 4.

    It fails only where a whole interval lies beyond the limit. Where the interval
    reaches across, the verdict is inconclusive: it says what to do, and exits 0.
    """
    from bench.analysis.judge import judge
    from bench.history.remembering import check_there
    from bench.views.gate import GateView
    from bench.views.judgement import error

    delivery.check(showing.format, showing.output, draws="rulings")
    if not baseline:
        raise UsageError(
            "A gate needs a baseline, and none is given.",
            "Add --baseline and an earlier report (@2 is the one before the newest), or --baseline"
            " history.",
        )
    if since and baseline != HISTORY:
        raise UsageError("--since belongs to --baseline history.", "Leave it out.")
    if judge_by not in (None, "p50") and baseline == HISTORY:
        raise UsageError("The history keeps medians alone.", "Leave --judge out.")
    limits = _limits(fail_if_slower, max_accuracy_drop)
    if "history_file" in options.given(context):
        check_there(history_file)
    apart = share(between_runs, "--between-runs") if between_runs else None
    judgement = judge(
        _comparisons(named(report), baseline, _moment(since), apart, history_file, judge_by), limits
    )
    closing = delivery.is_whole(showing.format, showing.output)
    view = GateView(judgement, closing)
    delivery.deliver(view, showing.format, showing.output)
    if closes := error(judgement):
        raise closes


def _limits(slower: str | None, drop: str | None) -> "Limits":
    """What is still let through. Raises UsageError where nothing is limited."""
    from bench.analysis.judge import Limits

    limits = Limits(
        share(slower, "--fail-if-slower") if slower else None,
        share(drop, "--max-accuracy-drop") if drop else None,
    )
    if limits == Limits():
        raise UsageError(
            "A gate needs a limit, and none is given.",
            "Add --fail-if-slower 5%, --max-accuracy-drop 0.1% or both.",
        )
    return limits


def _comparisons(
    report: Path,
    baseline: str,
    since: str,
    apart: float | None,
    file: Path | None,
    judged: "Statistic | None",
) -> "Sequence[Comparison]":
    from bench.analysis.between import between, check_same_machine
    from bench.analysis.summary import summarise
    from bench.history.baseline import against_history
    from bench.history.entries import read as read_history
    from bench.history.remembering import chosen
    from bench.history.spread import known_spread
    from bench.records.labels import of_two
    from bench.records.store import read

    new = summarise(read(report), judged or "p50")
    if baseline == HISTORY:
        entries = read_history(chosen(file)) if chosen(file).exists() else []
        return against_history(new, entries, since, stated=apart)
    before = named(baseline)
    old = summarise(read(before), judged or "p50")
    check_same_machine(
        old.report.environment, new.report.environment, "Measure the baseline on this machine."
    )
    spread_of = known_spread((old, new), apart, file)
    return between(old, new, of_two(before, report), spread_of)


def _moment(text: str | None) -> str:
    """A date or time as reports write it, in UTC; nothing for None."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--since {text} is not a date.", "Write it as 2026-01-31.") from error
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).isoformat(timespec="seconds")


plugin = gate
