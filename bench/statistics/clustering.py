"""How many independent samples those of a few processes are worth."""

import math
from collections.abc import Sequence

import numpy as np

from bench.statistics.distributions import normal_quantile, student_t_quantile


def clustered_size(replicates: Sequence[np.ndarray], threshold: float, level: float = 0.95) -> int:
    """The effective size for the interval of a percentile estimated at `threshold` (seconds).

    Samples of one process resemble each other, so pooling them and counting each as independent
    gives intervals that are far too narrow. The share below the threshold varies between
    replicates, each an array of all its samples; that variance, against the one of independent
    samples, gives the size (Woodruff 1952), and Student's t pays for having few replicates (Korn
    and Graubard 1998). At least two replicates, else 0; never more than all samples.
    """
    total = sum(len(samples) for samples in replicates)
    count = len(replicates)
    if count < 2:
        return 0
    below = np.array([np.count_nonzero(samples <= threshold) for samples in replicates])
    sizes = np.array([len(samples) for samples in replicates])
    share = below.sum() / total
    residuals = (below - share * sizes) / total
    variance = count / (count - 1) * float((residuals**2).sum())
    tail = (1 + level) / 2
    penalty = (normal_quantile(tail) / student_t_quantile(tail, count - 1)) ** 2
    independent = float(share * (1 - share))
    if variance * total <= independent:
        return math.floor(total * penalty)
    return math.floor(independent / variance * penalty)
