"""The fastest of the rows that answer one question: a row, or several that cannot be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.comparison import Comparison
from bench.analysis.matching import contests
from bench.analysis.pairs import Ratios, ratios
from bench.domain import Outcome, Report
from bench.statistics.best import may_be_best


@dataclass(frozen=True, slots=True)
class Best:
    """Rows by index: all contenders, the `leader`, and those that cannot be told from it.

    `tied` are in the order of their ratio to the leader. The fastest row is the leader or one of
    them with probability 95 % or more.
    """

    contenders: tuple[int, ...]
    leader: int
    tied: tuple[int, ...]


def bests(report: Report, comparisons: Sequence[Comparison]) -> tuple[Best, ...]:
    """One for each contest of two rows or more, by p50; the table's comparisons save work."""
    known = {
        (compared.baseline.index, compared.candidate.index): compared.ratio
        for compared in comparisons
        if compared.statistic == "p50"
    }
    return tuple(
        _best(report.outcomes, contest, known)
        for contest in contests(report.outcomes, report.match)
        if len(contest) > 1
    )


def _best(outcomes: Sequence[Outcome], contest: list[int], known: Ratios) -> Best:
    first, *others = contest
    to_first = ratios(outcomes, [(first, other) for other in others], known=known)
    values = [ratio.value for ratio in to_first]
    leader = min(zip([1.0, *values], contest, strict=True))[1]
    chasing = [index for index in contest if index != leader]
    pairs = [(leader, index) for index in chasing]
    to_leader = to_first if leader == first else ratios(outcomes, pairs)
    tied = [
        (ratio.value, index)
        for ratio, index, open_ in zip(to_leader, chasing, may_be_best(to_leader), strict=True)
        if open_
    ]
    return Best(tuple(contest), leader, tuple(index for _, index in sorted(tied)))
