"""After how many calls a target that starts slower but runs faster has overtaken another."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean, median

from bench.analysis.comparison import Comparison, Contender
from bench.analysis.summary import Summary
from bench.domain import Case, Measurement
from bench.statistics.means import Mean
from bench.statistics.multiple import level_of_each
from bench.statistics.ratio_of_means import ratio_of_means


@dataclass(frozen=True, slots=True)
class BreakEven:
    """`slower` is ready later by `seconds`, and overtakes `faster` after so many `calls`.

    Both are means over replicates; the intervals of `calls` of one report hold together.
    """

    slower: Case
    faster: Case
    seconds: float
    calls: Mean


def break_evens(summary: Summary) -> tuple[BreakEven, ...]:
    """One for each pair of targets whose order at the start is surely not that of the verdict.

    A start is import, load and first call.
    """
    pairs = list(_candidates(summary))
    level = level_of_each(len(pairs))
    overtaken = []
    for late, ahead in pairs:
        starts = [b - a for b, a in zip(_starts(late), _starts(ahead), strict=False)]
        gains = [a - b for b, a in zip(_seconds(late), _seconds(ahead), strict=False)]
        shared = min(len(starts), len(gains))
        calls = ratio_of_means(starts[:shared], gains[:shared], level)
        if calls and calls.low > 0:
            overtaken.append(BreakEven(late.case, ahead.case, fmean(starts[:shared]), calls))
    return tuple(overtaken)


def _candidates(summary: Summary) -> Iterator[tuple[Measurement, Measurement]]:
    """The one that runs faster and starts later, and the other, of one model on two targets."""
    for comparison in summary.comparisons:
        if comparison.verdict not in ("faster", "slower") or not _one_model(comparison):
            continue
        quick, other = comparison.candidate, comparison.baseline
        if comparison.verdict == "slower":
            quick, other = other, quick
        if fmean(_starts(_measured(quick))) > fmean(_starts(_measured(other))):
            yield _measured(quick), _measured(other)


def _one_model(comparison: Comparison) -> bool:
    first, second = comparison.baseline.case, comparison.candidate.case
    return first.model == second.model and first.target != second.target


def _measured(side: Contender) -> Measurement:
    assert side.row and isinstance(side.row.outcome, Measurement)
    return side.row.outcome


def _starts(measurement: Measurement) -> list[float]:
    """Seconds until the first answer, by replicate."""
    return [
        cold.import_ + cold.load + cold.first
        for opened in measurement.opened
        for cold in (opened.cold,)
    ]


def _seconds(measurement: Measurement) -> list[float]:
    """Of a typical call, by replicate."""
    return [median(series.column("median")) for series in measurement.slots.series]
