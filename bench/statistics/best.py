"""Which of several may be the fastest: multiple comparisons with the best."""

from collections.abc import Sequence

from bench.statistics.estimate import Estimate, at_level
from bench.statistics.multiple import LEVEL


def may_be_best(ratios: Sequence[Estimate], level: float = LEVEL) -> list[bool]:
    """Of each contender but the leader: whether it cannot be told from the fastest.

    `ratios` are of its seconds over those of the leader, the one with the smallest estimate. It is
    ruled out where it is surely slower than the leader, at one side of (1 - level) over the number
    of ratios. The truly fastest is ruled out by its comparison with one of the others at most so
    often each, so that it is among those that are left with probability `level` or more, whichever
    leads (Hsu 1981 and 1984; the bound is Dunn's, which needs no equal variances). A ratio without
    bounds rules nothing out.
    """
    if not ratios:
        return []
    both_sides = 1 - 2 * (1 - level) / len(ratios)
    return [at_level(ratio, both_sides).low <= 1 for ratio in ratios]
