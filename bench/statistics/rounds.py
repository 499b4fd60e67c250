"""From the samples of Cases to one logarithm for each round and one for each replicate."""

from collections.abc import Sequence

import numpy as np

# Replicates of rounds of single-call seconds; an empty array is a slot that a disturbance removed.
Samples = Sequence[Sequence[np.ndarray]]
# For each replicate, one value for each round that was kept.
Rounds = list[np.ndarray]


def log_medians(samples: Samples) -> Rounds:
    """The ln of the median seconds of each slot, without removed slots and empty replicates.

    Raises ValueError where a median is not positive, which means that the clock is too coarse.
    """
    return _kept([_log_slot_medians(slots) for slots in samples])


def log_ratios(baseline: Samples, candidate: Samples) -> Rounds:
    """ln(candidate / baseline) of the two slot medians of each round, paired by position.

    A round with a removed slot is dropped for both Cases, and so is a replicate left empty.
    Raises ValueError where the two do not have the same replicates and rounds.
    """
    differences = []
    for baseline_slots, candidate_slots in zip(baseline, candidate, strict=True):
        if len(baseline_slots) != len(candidate_slots):
            raise ValueError("the two Cases of a ratio need the same rounds in each replicate")
        difference = _log_slot_medians(candidate_slots) - _log_slot_medians(baseline_slots)
        differences.append(difference)
    return _kept(differences)


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
    middle: np.ndarray = ordered @ weights
    return middle


def _log_slot_medians(slots: Sequence[np.ndarray]) -> np.ndarray:
    """(rounds,) of ln seconds, NaN for a removed slot."""
    medians = np.array([np.median(slot) if len(slot) else np.nan for slot in slots], dtype=float)
    if np.any(medians <= 0):
        raise ValueError("a slot median is not positive: the clock is too coarse for its calls")
    logs: np.ndarray = np.log(medians)
    return logs


def _kept(replicates: list[np.ndarray]) -> Rounds:
    kept = [values[~np.isnan(values)] for values in replicates]
    return [values for values in kept if values.size]
