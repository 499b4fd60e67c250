"""Where the variance lives, and how many rounds of a replicate that makes worth their time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.statistics.rounds import Rounds, midmean


@dataclass(frozen=True, slots=True)
class Components:
    """Variances of logarithms: of the process itself, and of a round within it."""

    between: float
    within: float


def components(rounds: Rounds) -> Components:
    """One-way analysis of variance with replicates of unequal size (Searle et al. 1992, 3.6).

    `between` is what is left of the variance of replicate means when that of their rounds is taken
    off, not below 0. Raises ValueError unless there are two replicates and one has two rounds.
    """
    count, total = len(rounds), sum(len(values) for values in rounds)
    if count < 2 or total == count:
        raise ValueError("variance components need two replicates, and two rounds in one of them")
    means = [float(values.mean()) for values in rounds]
    centre = sum(len(values) * mean for values, mean in zip(rounds, means, strict=True)) / total
    squares_within = sum(
        float(((values - mean) ** 2).sum()) for values, mean in zip(rounds, means, strict=True)
    )
    squares_between = sum(
        len(values) * (mean - centre) ** 2 for values, mean in zip(rounds, means, strict=True)
    )
    within = squares_within / (total - count)
    size = (total - sum(len(values) ** 2 for values in rounds) / total) / (count - 1)
    between = (squares_between / (count - 1) - within) / size
    return Components(max(0.0, between), within)


def components_of_midmeans(pairs: Sequence[Rounds]) -> Components:
    """The components of the midmeans of replicates, pooled over several ratios.

    `within` is what a round would have if the midmean of n rounds had the variance within / n.
    Raises ValueError unless each ratio has two replicates.
    """
    between, within = [], []
    for rounds in pairs:
        if len(rounds) < 2:
            raise ValueError("variance components need two replicates")
        inside = [_variance_of_midmean(values) for values in rounds]
        between.append(np.var([midmean(values) for values in rounds], ddof=1) - np.mean(inside))
        ofs = [each * len(values) for each, values in zip(inside, rounds, strict=True)]
        within.append(np.mean(ofs))
    return Components(max(0.0, float(np.mean(between))), float(np.mean(within)))


def deviation_by_rounds(rounds: Rounds) -> float:
    """The standard deviation of the midmeans of replicates that the scatter of rounds makes alone.

    From many rounds where `rounds` are of few replicates, whose own deviation is small by luck now
    and then. 0 where no replicate has two rounds.
    """
    return math.sqrt(float(np.mean([_variance_of_midmean(values) for values in rounds])))


def _variance_of_midmean(values: np.ndarray) -> float:
    """That of a mean without a quarter at each end, by its rounds (Tukey and McLaughlin 1963).

    The variance of the rounds winsorised as much, over n and the square of the share that is left:
    a few rounds that a neighbour disturbed count for no more than they do in the midmean.
    """
    left = 1 - 2 * (len(values) // 4) / len(values)
    return _winsorised_variance(values) / (len(values) * left**2)


def _winsorised_variance(values: np.ndarray) -> float:
    """Each quarter at the ends is moved to its neighbour; 0 for a single value."""
    ordered, cut = np.sort(values), len(values) // 4
    if len(values) < 2:
        return 0.0
    return float(np.var(np.clip(ordered, ordered[cut], ordered[-1 - cut]), ddof=1))


def best_rounds(
    variances: Components, start_seconds: float, round_seconds: float, most: int
) -> int:
    """Rounds of a replicate that give the narrowest interval for the time spent, 1 to `most`.

    ceil(sqrt(start / round * within / between)) for a replicate that costs `start_seconds` before
    its first round (Kalibera and Jones, Rigorous Benchmarking in Reasonable Time, 2013, section 6).
    `most` where processes do not differ measurably.
    """
    if not variances.between:
        return most
    cost, spread = start_seconds / round_seconds, variances.within / variances.between
    return min(most, max(1, math.ceil(math.sqrt(cost * spread))))
