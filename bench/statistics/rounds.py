"""From the samples of Cases to one logarithm for each round and one for each replicate."""

from collections.abc import Sequence

import numpy as np

from bench.statistics.percentiles import quantile
from bench.statistics.statistic import FRACTIONS, Statistic

# Replicates of rounds of single-call seconds.
Samples = Sequence[Sequence[np.ndarray] | np.ndarray]
# For each replicate, one value for each round, or a single one.
Rounds = list[np.ndarray]


def log_medians(samples: Samples) -> Rounds:
    """The ln of the median seconds of each slot, without empty replicates.

    Raises ValueError where a median is not positive, which means that the clock is too coarse.
    """
    return log_seconds(samples, "p50")


def log_seconds(samples: Samples, statistic: Statistic) -> Rounds:
    """The ln seconds of a statistic by replicate: of each slot for p50, else of all its slots."""
    return [_logs(slots, statistic) for slots in samples if len(slots)]


def log_ratios(baseline: Samples, candidate: Samples, statistic: Statistic = "p50") -> Rounds:
    """ln(candidate / baseline) of a statistic, paired by position.

    For p50 that is of the two slots of each round, else of the two Cases in each replicate.
    Raises ValueError where the two do not have the same replicates and rounds.
    """
    differences = []
    for baseline_slots, candidate_slots in zip(baseline, candidate, strict=True):
        if len(baseline_slots) != len(candidate_slots):
            raise ValueError("the two Cases of a ratio need the same rounds in each replicate")
        if len(baseline_slots):
            logs = (_logs(slots, statistic) for slots in (candidate_slots, baseline_slots))
            differences.append(next(logs) - next(logs))
    return differences


def midmean(values: np.ndarray) -> np.ndarray:
    """The mean of the middle half along the last axis: (..., rounds) to (...).

    A quarter of the weight is trimmed from each end, split within a value where the count is not a
    multiple of four (Tukey 1977; Rosenberger and Gasko 1983). As robust as is needed against steps
    and spikes that hit a few rounds, and unlike the median it averages: under a drift larger than
    the noise, rounds take one of two values by the order of their slots, the median of a replicate
    falls on either of the two, and Student's t over three replicates flags 14 % of A/A pairs.
    """
    ordered = np.sort(values, axis=-1)
    count = ordered.shape[-1]
    rank = np.arange(count)
    # The weight of a value is the part of its unit of rank that lies in the middle half.
    weights = np.minimum(rank + 1, 0.75 * count) - np.maximum(rank, 0.25 * count)
    weights = np.clip(weights, 0, 1) / (count / 2)
    middle: np.ndarray = (ordered * weights).sum(axis=-1)
    return middle


def _medians(slots: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """(rounds,), also of slots of which there is one number each: (rounds, 1)."""
    if isinstance(slots, np.ndarray):
        medians: np.ndarray = np.median(slots, axis=-1) if slots.shape[-1] > 1 else slots[:, 0]
        return medians
    return np.array([np.median(slot) for slot in slots])


def means(slots: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """(rounds,), of slots as `_medians` takes them."""
    if isinstance(slots, np.ndarray):
        of_slots: np.ndarray = slots.mean(axis=-1)
        return of_slots
    return np.array([slot.mean() for slot in slots])


def _logs(slots: Sequence[np.ndarray] | np.ndarray, statistic: Statistic) -> np.ndarray:
    """(rounds,) for p50 and counts, (1,) for others: slots, equally long, weigh alike there."""
    match statistic:
        case "p50" | "instructions" | "cycles":
            seconds = _medians(slots)
        case "mean":
            seconds = np.array([means(slots).mean()])
        case _:
            weights = np.concatenate([np.full(len(slot), 1 / len(slot)) for slot in slots])
            pooled = np.concatenate(list(slots))
            seconds = np.array([quantile(pooled, FRACTIONS[statistic], weights)])
    if np.any(seconds <= 0):
        raise ValueError("a time is not positive: the clock is too coarse for its calls")
    logs: np.ndarray = np.log(seconds)
    return logs
