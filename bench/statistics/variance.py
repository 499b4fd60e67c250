"""Where the variance lives, and how many rounds of a replicate that makes worth their time."""

import math
from dataclasses import dataclass

from bench.statistics.rounds import Rounds


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
