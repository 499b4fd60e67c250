"""An estimate of a positive quantity with its interval by Student's t on the logarithm."""

import math
from dataclasses import dataclass, replace

import numpy as np

from bench.statistics.distributions import student_t_quantile


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds, or a ratio of seconds, and its interval.

    `low` and `high` bound the quantity at confidence `level`. `standard_error`, `between` (standard
    deviation of the values of replicates) and `within` (of rounds about the mean of their
    replicate) are of natural logarithms, so 0.01 reads as 1 %. With one replicate the interval is
    (0, inf) and `between` is inf; `within` is inf where no replicate has two rounds.
    """

    value: float
    low: float
    high: float
    level: float
    replicates: int
    standard_error: float
    freedom: float
    between: float
    within: float


def at_level(estimate: Estimate, level: float) -> Estimate:
    """The same estimate with its interval at another confidence level, 0 < level < 1.

    exp(mean -+ t standard error) with Student's t (1908) at the estimate's degrees of freedom.
    """
    if not estimate.freedom:
        return replace(estimate, low=0.0, high=math.inf, level=level)
    factor = student_t_quantile((1 + level) / 2, estimate.freedom)
    # Two replicates at a corrected level can reach beyond the range of a float: inf is right then.
    with np.errstate(over="ignore"):
        reach = float(np.exp(factor * estimate.standard_error))
    return replace(estimate, low=estimate.value / reach, high=estimate.value * reach, level=level)


def as_share(estimate: Estimate) -> Estimate:
    """The same estimate in units of its value, which becomes 1: its width is what is left."""
    value = estimate.value
    return replace(estimate, value=1.0, low=estimate.low / value, high=estimate.high / value)


def discounted(estimate: Estimate, disturbed: float) -> Estimate:
    """The estimate when this share of its rounds, 0 to 1, was disturbed and tells half as much.

    The value stays, so that no mark of a disturbance can favour a contender. The error grows by
    1 / sqrt(1 - disturbed / 2): each further disturbed round widens the interval, by 41 % where all
    were. It need not do more, since contenders take turns: a disturbance hits both alike, and how
    unlike it hits them from replicate to replicate is in the error already. Nothing is dropped, so
    there is no last clean round that decides.
    """
    error = estimate.standard_error / math.sqrt(1 - disturbed / 2)
    return at_level(replace(estimate, standard_error=error), estimate.level)


def relative_half_width(estimate: Estimate) -> float:
    """How far the upper end lies above the value, as a share of it: 0.02 is 2 %, inf is no bound.

    The interval is symmetric in the logarithm, so this is exp(half its width there) - 1.
    """
    return estimate.high / estimate.value - 1


def satterthwaite(first: float, freedom: float, second: float, second_freedom: float) -> float:
    """Degrees of freedom of the sum of two independent variances, one of them above 0.

    From their shares of it (Satterthwaite 1946), since squares of small variances may be 0.
    """
    share = first / (first + second)
    return 1 / (share**2 / freedom + (1 - share) ** 2 / second_freedom)
