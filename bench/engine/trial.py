"""One trial of the self-test: a network against itself, and what a user would be told."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import product

from bench.analysis.between import between
from bench.analysis.comparison import Comparison
from bench.analysis.pairs import too_few_calls
from bench.analysis.samples import disturbed_share
from bench.analysis.summary import Summary, summarise
from bench.domain import Case, Measurement, Report
from bench.domain.effort import Effort
from bench.engine.anchor import anchors
from bench.engine.excerpt import excerpts, seconds_of
from bench.engine.half_duty import half_duty
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned
from bench.engine.sitting import Sitting
from bench.engine.sweep import Sweep
from bench.errors import BenchError
from bench.host.topology import usable
from bench.records.journal import Journal, first_entry
from bench.records.ledger import Ledger
from bench.statistics.error_rates import Trial, TrialKind
from bench.statistics.statistic import Statistic
from bench.statistics.verdict import Verdict

# What verdicts are counted of: the same calls, of a run that the width of the p50 has ended.
JUDGED: tuple[Statistic, ...] = ("p50", "mean", "p99")
_MIRRORED: dict[Verdict, Verdict] = {"faster": "slower", "slower": "faster"}


def measured(
    sitting: Sitting,
    case: Case,
    efforts: Mapping[str, Effort],
    number: int,
    launch: Launch = Worker,
    clock: Callable[[], float] = time.monotonic,
) -> list[Trial]:
    """Its trials by the median, and by the mean and p99 where there are calls enough for these.

    Of two rows that take turns the slowed one is named first in every second trial; no other kind
    is. Raises BenchError where a row cannot be measured.
    """
    begun = clock()
    kind = sitting.like
    with half_duty() if kind.beside == "half-duty" else contextlib.nullcontext():
        if kind.held == "turns":
            report = _together(sitting, case, efforts, launch)
        else:
            apart = _apart(sitting, case, efforts, launch)
    seconds = clock() - begun
    if kind.held != "turns":
        return [*_of_runs(sitting, apart, seconds)]
    if kind.rows > 2:
        return _told(kind, report, seconds, turned=False)
    alone = len(sitting.kinds) == 1
    return [
        trial
        for (place, share), name in product(enumerate(sitting.shares, 1), sitting.efforts)
        for window, excerpt in enumerate(_excerpts(report, place, efforts[name]))
        for trial in _told(
            replace(kind, effort=name, planted=share),
            excerpt,
            seconds if alone else seconds_of(excerpt),
            turned=(number + window) % 2 == 1,
        )
    ]


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


def _together(
    sitting: Sitting, case: Case, efforts: Mapping[str, Effort], launch: Launch
) -> Report:
    """Of the one run in which all rows take turns."""
    shares = sitting.shares if sitting.like.rows == 2 else sitting.shares * (sitting.like.rows - 1)
    rows = [Planned(case, planted=share) for share in (0.0, *shares)]
    return _checked(swept(rows, sitting.longest(efforts), launch).report())


def _apart(
    sitting: Sitting, case: Case, efforts: Mapping[str, Effort], launch: Launch
) -> list[Report]:
    """Of a run for each row, beside an anchor where that is asked for."""
    plain = Planned(case, planted=0.0)
    beside = anchors([plain], launch) if sitting.like.held == "anchor" else []
    rows = [plain, *(Planned(case, planted=share) for share in sitting.shares)]
    effort = sitting.longest(efforts)
    return [_checked(swept([row, *beside], effort, launch).report()) for row in rows]


def _checked(report: Report) -> Report:
    for outcome in report.outcomes:
        if not isinstance(outcome, Measurement):
            raise BenchError(
                f"A trial could not be measured: {outcome.reason}", "Try `bench run` first."
            )
    return report


def _excerpts(report: Report, place: int, effort: Effort) -> Iterator[Report]:
    """The runs of this effort with the plain row and the one in this place."""
    return excerpts(report, (0, place), effort, len(usable()))


def _told(kind: TrialKind, report: Report, seconds: float, *, turned: bool) -> list[Trial]:
    """What a run says by each statistic; of several candidates, the one furthest from the truth."""
    outcomes = report.outcomes[::-1] if turned else report.outcomes
    report = replace(report, outcomes=outcomes)
    sides = [outcome for outcome in outcomes if isinstance(outcome, Measurement)]
    trials = []
    for judged in JUDGED:
        if too_few_calls(sides, judged):
            continue
        summary = summarise(report, judged)
        of_kind = replace(kind, judged=judged)
        told = [_trial(of_kind, each, [summary], seconds, turned) for each in summary.comparisons]
        trials += [max(told, key=_distance)] if told else []
    return trials


def _of_runs(sitting: Sitting, reports: Sequence[Report], seconds: float) -> Iterator[Trial]:
    """Each slowed row's run against the plain one's, with the anchor and as if there were none."""
    for held in sitting.held:
        summaries = [summarise(_without_anchor(r) if held == "runs" else r) for r in reports]
        for share, slowed in zip(sitting.shares, summaries[1:], strict=True):
            kind = replace(sitting.like, planted=share, held=held)
            for comparison in between(summaries[0], slowed):
                both = [summaries[0], slowed]
                yield _trial(kind, comparison, both, seconds * 2 / len(reports), turned=False)


def _without_anchor(report: Report) -> Report:
    rows = tuple(row for row in report.outcomes if row.case.role == "contender")
    return replace(report, outcomes=rows)


def _trial(
    kind: TrialKind, told: Comparison, summaries: Sequence[Summary], seconds: float, turned: bool
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
