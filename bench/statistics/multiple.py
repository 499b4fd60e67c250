"""Several comparisons at once: one level for all intervals of a table, and Holm's p-values."""

from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

from bench.statistics.estimate import Estimate, at_level

LEVEL = 0.95  # at which all intervals of a table hold together


def holm_adjusted(p_values: Sequence[float]) -> NDArray[numpy.float64]:
    """Adjusted p-values (m,): reject those of at most 1 - level (Holm 1979)."""
    raw = numpy.asarray(p_values, dtype=float)
    order = numpy.argsort(raw, kind="stable")
    steps = raw[order] * numpy.arange(raw.size, 0, -1)
    adjusted = numpy.empty_like(raw)
    adjusted[order] = numpy.minimum(numpy.maximum.accumulate(steps), 1)
    return adjusted


def level_of_each(count: int, together: float = LEVEL) -> float:
    """The level of each of `count` intervals that hold `together`, 0 to 1 (Dunn 1961).

    Bonferroni's bound needs no independence. A stepwise correction such as Holm's has narrower
    intervals for some rows, but each at a level of its own, which no reader can hold against
    another.
    """
    return 1 - (1 - together) / max(count, 1)


def simultaneous(ratios: Sequence[Estimate], together: float = LEVEL) -> list[Estimate]:
    """The ratios of one table with intervals that all hold at once with probability `together`."""
    level = level_of_each(len(ratios), together)
    return [at_level(ratio, level) for ratio in ratios]
