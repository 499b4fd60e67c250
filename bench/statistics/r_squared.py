"""R², the share of the targets' variance that predictions tell, and how it differs."""

import math

import numpy
from numpy.typing import NDArray

from bench.statistics.differences import Drop, drop_at_level
from bench.statistics.distributions import student_t_quantile

Squares = NDArray[numpy.float64]  # the squared error of each item


def r_squared_interval(
    squares: Squares, variance: float, level: float = 0.95
) -> tuple[float, float]:
    """The ends of R² = 1 - mean(squares) / variance, by Student's t over items.

    The targets are taken as they are, so that their variance is no estimate. Raises ValueError for
    fewer than two items.
    """
    error = _error(squares, variance)
    reach = student_t_quantile((1 + level) / 2, len(squares) - 1) * error
    value = 1 - float(squares.mean()) / variance
    return value - reach, min(1.0, value + reach)


def r_squared_drop(
    baseline: Squares, candidate: Squares, variance: float, level: float = 0.95
) -> Drop:
    """R² lost from a baseline to a candidate on the same items, by Student's t over them.

    Raises ValueError for fewer than two items, and for another number of them.
    """
    if baseline.shape != candidate.shape:
        raise ValueError(f"{len(baseline)} and {len(candidate)} items are not the same")
    lost = candidate - baseline
    value, freedom = float(lost.mean()) / variance, len(lost) - 1
    drop = Drop(value, 0.0, 0.0, level, value, _error(lost, variance), freedom, math.inf)
    return drop_at_level(drop, level)


def _error(numbers: Squares, variance: float) -> float:
    """The standard error of their mean, as a share of the variance."""
    if len(numbers) < 2:
        raise ValueError("one item has no spread")
    return float(numbers.std(ddof=1)) / math.sqrt(len(numbers)) / variance
