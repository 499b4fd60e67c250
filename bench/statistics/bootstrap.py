"""A two-level bootstrap interval that cross-checks Student's t without assuming a distribution."""

import math

import numpy as np

from bench.statistics.distributions import student_t_quantile
from bench.statistics.rounds import Rounds, midmean


def bootstrap_interval(
    rounds: Rounds, seed: int, level: float = 0.95, draws: int = 10_000
) -> tuple[float, float]:
    """The interval of exp(mean over replicates of the midmean over rounds), as low and high.

    Each draw resamples replicates, then the rounds of each one drawn (Davison and Hinkley 1997,
    section 3.8), so the variance of rounds counts twice and the interval errs to the wide side. The
    percentiles are the expanded ones of Hesterberg (What Teachers Should Know About the Bootstrap,
    2015), which make up for the few replicates.
    Below five replicates it cannot reach as far as Student's t; with one it is (0, inf).
    Raises ValueError without a round.
    """
    if not rounds:
        raise ValueError("a bootstrap needs at least one round")
    count = len(rounds)
    if count == 1:
        return 0.0, math.inf
    generator = np.random.default_rng(seed)
    drawn = generator.integers(count, size=(draws, count))
    values = np.empty(drawn.shape)
    for index, replicate in enumerate(rounds):
        chosen = drawn == index
        picks = generator.integers(replicate.size, size=(int(chosen.sum()), replicate.size))
        values[chosen] = midmean(replicate[picks])
    tail = _expanded_tail(level, count)
    low, high = np.quantile(values.mean(axis=1), [tail, 1 - tail])
    return float(np.exp(low)), float(np.exp(high))


def _expanded_tail(level: float, count: int) -> float:
    """Phi(-t sqrt(n / (n - 1))), which widens percentiles as much as Student's t does."""
    reach = student_t_quantile((1 + level) / 2, count - 1) * math.sqrt(count / (count - 1))
    return 0.5 * math.erfc(reach / math.sqrt(2))
