"""From the samples of Cases to one logarithm for each round and one for each replicate."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np

from bench.statistics.percentiles import quantile
from bench.statistics.statistic import FRACTIONS, Statistic

# Replicates of rounds of single-call seconds.
Samples = Sequence[Sequence[np.ndarray] | np.ndarray]
# For each replicate, one value for each round, or a single one.
Rounds = list[np.ndarray]
Parts = TypeVar("Parts", np.ndarray, list[np.ndarray])


def log_medians(samples: Samples) -> Rounds:
    """The ln of the median seconds of each slot, without empty replicates.

    Raises ValueError where a median is not positive, which means that the clock is too coarse.
    """
    return log_seconds(samples, "p50")


def log_seconds(samples: Samples, statistic: Statistic) -> Rounds:
    """The ln seconds of a statistic by replicate: of each slot for p50, else of all its slots."""
    seconds = [_seconds(slots, statistic) for slots in samples if len(slots)]
    if not seconds:
        return []
    whole = np.concatenate(seconds)
    if np.any(whole <= 0):
        raise ValueError("a time is not positive: the clock is too coarse for its calls")
    return split(np.log(whole), map(len, seconds))


def log_ratios(baseline: Samples, candidate: Samples, statistic: Statistic = "p50") -> Rounds:
    """ln(candidate / baseline) of a statistic, paired by position.

    For p50 that is of the two slots of each round, else of the two Cases in each replicate.
    Raises ValueError where the two do not have the same replicates and rounds.
    """
    if [*map(len, baseline)] != [*map(len, candidate)]:
        raise ValueError("the two Cases of a ratio need the same rounds in each replicate")
    sides = (log_seconds(samples, statistic) for samples in (candidate, baseline))
    return [own - other for own, other in zip(*sides, strict=True)]


def split(values: Parts, sizes: Iterable[int]) -> list[Parts]:
    """Parts of so many values each, along the first axis; of arrays as views."""
    ends = [0, *itertools.accumulate(sizes)]
    return [values[begin:end] for begin, end in itertools.pairwise(ends)]


def midmean(values: np.ndarray) -> np.ndarray:
    """The mean of the middle half along the last axis: (..., rounds) to (...).

    A quarter of the weight is trimmed from each end, split within a value where the count is not a
    multiple of four (Tukey 1977; Rosenberger and Gasko 1983). As robust as is needed against steps
    and spikes that hit a few rounds, and unlike the median it averages: under a drift larger than
    the noise, rounds take one of two values by the order of their slots, the median of a replicate
    falls on either of the two, and Student's t over three replicates flags 14 % of A/A pairs.
    """
    middle: np.ndarray = (np.sort(values, axis=-1) * _weights(values.shape[-1])).sum(axis=-1)
    return middle


@lru_cache(maxsize=1024)
def _weights(count: int) -> np.ndarray:
    """(count,), of values in order: the part of each one's unit of rank in the middle half."""
    rank = np.arange(count)
    parts = np.minimum(rank + 1, 0.75 * count) - np.maximum(rank, 0.25 * count)
    weights: np.ndarray = np.clip(parts, 0, 1) / (count / 2)
    return weights


def means(slots: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """(rounds,), also of slots of which there is one number each: (rounds, 1)."""
    return _by_slot(slots, np.mean)


def _by_slot(slots: Sequence[np.ndarray] | np.ndarray, of: Callable[..., np.ndarray]) -> np.ndarray:
    """(rounds,): what `of` makes of the calls of each slot; of one number it is that number."""
    if not isinstance(slots, np.ndarray):
        return np.array([of(slot) for slot in slots])
    return of(slots, axis=-1) if slots.shape[-1] > 1 else slots[:, 0]


def _seconds(slots: Sequence[np.ndarray] | np.ndarray, statistic: Statistic) -> np.ndarray:
    """(rounds,) for p50 and counts, (1,) for others: slots, equally long, weigh alike there."""
    match statistic:
        case "p50" | "instructions" | "cycles":
            return _by_slot(slots, np.median)
        case "mean":
            return np.array([means(slots).mean()])
        case _:
            weights = np.concatenate([np.full(len(slot), 1 / len(slot)) for slot in slots])
            pooled = np.concatenate(list(slots))
            return np.array([quantile(pooled, FRACTIONS[statistic], weights)])
