"""How many independent samples those of a few processes are worth."""

import math

import numpy
from numpy.typing import NDArray

from bench.statistics.dependence import dependent_error
from bench.statistics.distributions import normal_quantile, student_t_quantile


def clustered_size(shares: NDArray[numpy.float64], total: int, level: float = 0.95) -> int:
    """The effective size for the interval of a percentile, of `total` samples.

    Samples of one process resemble each other, so pooling them and counting each as independent
    gives intervals that are far too narrow. `shares` (replicates,) are those of each replicate's
    samples up to the percentile, in the order of time; the variance of their mean, against the one
    of independent samples, gives the size (Woodruff 1952), and Student's t pays for having few
    replicates (Korn and Graubard 1998). 0 for fewer than two replicates; never more than `total`.
    """
    count = len(shares)
    if count < 2:
        return 0
    variance = dependent_error(shares) ** 2
    share = float(shares.mean())
    tail = (1 + level) / 2
    penalty = (normal_quantile(tail) / student_t_quantile(tail, count - 1)) ** 2
    independent = share * (1 - share)
    if variance * total <= independent:
        return math.floor(total * penalty)
    return math.floor(independent / variance * penalty)
