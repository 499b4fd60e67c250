"""The mean of a few values, and the difference of two means, with intervals by Student's t."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.statistics.distributions import student_t_quantile
from bench.statistics.estimate import satterthwaite


@dataclass(frozen=True, slots=True)
class Mean:
    """A value in the unit of what was averaged; -inf to inf where one value bounds nothing."""

    value: float
    low: float
    high: float


def estimate_mean(values: Sequence[float], level: float = 0.95) -> Mean:
    """The mean of independent `values` with Student's interval (1908)."""
    return _bounded(statistics.fmean(values), *_error(values), level)


def estimate_difference(
    first: Sequence[float], second: Sequence[float], level: float = 0.95
) -> Mean:
    """Mean of `first` less that of `second`, of unequal variances (Welch 1947)."""
    (first_error, first_freedom), (second_error, second_freedom) = _error(first), _error(second)
    difference = statistics.fmean(first) - statistics.fmean(second)
    error = math.hypot(first_error, second_error)
    if not (first_freedom and second_freedom):
        return _bounded(difference, math.inf, 0, level)
    if not error:
        return Mean(difference, difference, difference)
    freedom = satterthwaite(first_error**2, first_freedom, second_error**2, second_freedom)
    return _bounded(difference, error, freedom, level)


def _error(values: Sequence[float]) -> tuple[float, int]:
    """Standard error of the mean, and its degrees of freedom."""
    if len(values) < 2:
        return math.inf, 0
    return statistics.stdev(values) / math.sqrt(len(values)), len(values) - 1


def _bounded(value: float, error: float, freedom: float, level: float) -> Mean:
    reach = student_t_quantile((1 + level) / 2, freedom) * error if freedom else math.inf
    return Mean(value, value - reach, value + reach)
