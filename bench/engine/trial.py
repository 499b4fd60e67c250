"""One trial of the self-test: a network against itself, and what a user would be told."""

import contextlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from bench.analysis.between import between
from bench.analysis.comparison import Comparison
from bench.analysis.pairs import too_few_calls
from bench.analysis.samples import disturbed_share
from bench.analysis.summary import Summary, summarise
from bench.domain import Case, Measurement
from bench.domain.effort import Effort
from bench.engine.anchor import anchors
from bench.engine.launcher import Launch, Worker
from bench.engine.noise import half_duty
from bench.engine.plan import Planned
from bench.engine.sweep import Sweep
from bench.errors import BenchError
from bench.records.journal import Journal, first_entry
from bench.records.ledger import Ledger
from bench.statistics.error_rates import Kind, Trial
from bench.statistics.statistic import Statistic
from bench.statistics.verdict import Verdict

# What verdicts are counted of: the same calls, of a run that the width of the p50 has ended.
JUDGED: tuple[Statistic, ...] = ("p50", "mean", "p99")
_MIRRORED: dict[Verdict, Verdict] = {"faster": "slower", "slower": "faster"}


def measured(
    kind: Kind,
    case: Case,
    effort: Effort,
    turned: bool,
    launch: Launch = Worker,
    clock: Callable[[], float] = time.monotonic,
) -> list[Trial]:
    """The trial by the median, and by the mean and p99 where there are calls enough for these.

    Of two rows that take turns the slowed one is named first where the trial is `turned`; no other
    kind is. Raises BenchError where a row cannot be measured.
    """
    turned = turned and kind.rows == 2 and kind.held == "turns"
    begun = clock()
    with half_duty() if kind.beside == "half-duty" else contextlib.nullcontext():
        summaries = _summaries(kind, case, effort, turned, launch)
    seconds = clock() - begun
    trials = []
    for judged in JUDGED if kind.held == "turns" else JUDGED[:1]:
        of_kind = replace(kind, judged=judged)
        comparisons = _comparisons(summaries, judged)
        told = [_trial(of_kind, each, summaries, seconds, turned) for each in comparisons]
        trials += [max(told, key=_distance)] if told else []
    return trials


def swept(planned: Sequence[Planned], effort: Effort, launch: Launch) -> Ledger:
    """The rows measured side by side, and saved nowhere."""
    ledger = Ledger(first_entry("", {}, [], asdict(effort), [row.encode() for row in planned]))
    Sweep(
        planned,
        ledger,
        Journal(None),
        effort,
        on_progress=lambda progress: None,
        on_replicate=lambda so_far: None,
        launch=launch,
    ).run()
    return ledger


def _summaries(
    kind: Kind, case: Case, effort: Effort, turned: bool, launch: Launch
) -> list[Summary]:
    """Of the one run in which the rows take turns, or of two runs with a row each."""
    plain, slowed = Planned(case, planted=0.0), Planned(case, planted=kind.planted)
    if kind.held == "turns":
        rows = [plain, *[slowed] * (kind.rows - 1)]
        runs = [rows[::-1] if turned else rows]
    else:
        beside = anchors([plain], launch) if kind.held == "anchor" else []
        runs = [[plain, *beside], [slowed, *beside]]
    summaries = [summarise(swept(rows, effort, launch).report()) for rows in runs]
    for outcome in (outcome for summary in summaries for outcome in summary.report.outcomes):
        if not isinstance(outcome, Measurement):
            raise BenchError(
                f"A trial could not be measured: {outcome.reason}", "Try `bench run` first."
            )
    return summaries


def _comparisons(summaries: Sequence[Summary], judged: Statistic) -> Sequence[Comparison]:
    """What a user would be shown; nothing where a percentile would take more calls."""
    report = summaries[0].report
    if len(summaries) == 2:
        return between(summaries[0], summaries[1])
    sides = [outcome for outcome in report.outcomes if isinstance(outcome, Measurement)]
    return () if too_few_calls(sides, judged) else summarise(report, judged).comparisons


def _trial(
    kind: Kind, told: Comparison, summaries: Sequence[Summary], seconds: float, turned: bool
) -> Trial:
    """A comparison as it is kept: of the slowed one against the other, whichever was named first.

    What is shown without a ratio has an interval without bounds.
    """
    outcomes = [outcome for summary in summaries for outcome in summary.report.outcomes]
    verdict, value, low, high = told.verdict, 1.0, 0.0, math.inf
    if told.ratio:
        value, low, high = told.ratio.value, told.ratio.low, told.ratio.high
    if turned:
        value, low, high = 1 / value, 1 / high, 1 / low if low else math.inf
        verdict = _MIRRORED.get(verdict, verdict)
    return Trial(
        kind=kind,
        ratio=value,
        low=low,
        high=high,
        between=told.ratio.between if told.ratio else math.inf,
        replicates=told.ratio.replicates if told.ratio else 0,
        seconds=seconds,
        turned=turned,
        disturbed=disturbed_share(outcomes),
        verdict=verdict,
    )


def _distance(trial: Trial) -> float:
    """Of the truth from the ratio, in halves of the interval: above 1 it is not covered."""
    reach = math.log(trial.high / trial.ratio)
    off = abs(math.log(trial.ratio / (1 + trial.kind.planted)))
    return off / reach if reach else math.inf
