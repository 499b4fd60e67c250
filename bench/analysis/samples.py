"""The samples that figures are made of, which two rows share, and how many were disturbed."""

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.domain import Measurement, Outcome, Slot
from bench.errors import NothingMeasured
from bench.statistics.rounds import Samples
from bench.statistics.statistic import Statistic

Places = frozenset[tuple[int, int]]  # pairs of replicate and round

MOST_DISTURBED = 0.05  # share of slots; above it the environment is called unsuitable


def by_replicate(measurement: Measurement) -> Samples:
    """All samples, by replicate and round, those of disturbed slots among them.

    Whoever queues is disturbed the more often: without its disturbed slots it would look faster
    than it is to whoever waits for it.
    """
    return _arranged(measurement, lambda slot: slot.samples)


def judged_by_replicate(measurement: Measurement, statistic: Statistic) -> Samples:
    """What a statistic is made of, by replicate and round: as few numbers of a slot as it takes.

    One for p50, which is the median of its calls, for the mean, and for instructions and cycles,
    which are those of a call; for other percentiles all samples. Raises NothingMeasured where a
    slot has no count.
    """
    match statistic:
        case "p50":
            return _arranged(measurement, lambda slot: (slot.median,))
        case "mean":
            return _arranged(measurement, lambda slot: (slot.mean,))
        case "instructions" | "cycles":
            return _arranged(measurement, lambda slot: (_count(measurement, slot, statistic),))
    return by_replicate(measurement)


def calls_by_replicate(measurement: Measurement) -> Mapping[int, int]:
    """How many timed calls each of its replicates has."""
    calls: Counter[int] = Counter()
    for slot in measurement.slots:
        calls[slot.replicate] += len(slot.samples)
    return calls


def is_counted(measurement: Measurement, statistic: Statistic) -> bool:
    """Whether each of its slots has these events."""
    return all(statistic in slot.counted for slot in measurement.slots)


def share_rounds(baseline: Outcome, candidate: Outcome) -> bool:
    """Whether both have a round in common: rows that were lost and tried again may have none."""
    assert isinstance(baseline, Measurement) and isinstance(candidate, Measurement)
    return not _places(baseline).isdisjoint(_places(candidate))


def aligned_samples(
    baseline: Measurement, candidate: Measurement, statistic: Statistic = "p50"
) -> tuple[Samples, Samples]:
    """Of the rounds that both have what a statistic is made of.

    An interrupted replicate may lack the last round of either.
    """
    shared = _places(baseline) & _places(candidate)
    first, second = (
        replace(side, slots=[s for s in side.slots if (s.replicate, s.round) in shared])
        for side in (baseline, candidate)
    )
    return judged_by_replicate(first, statistic), judged_by_replicate(second, statistic)


def disturbed_of_pair(baseline: Measurement, candidate: Measurement) -> float:
    """The share, 0–1, of the rounds that both have in which either was disturbed."""
    shared = _places(baseline) & _places(candidate)
    disturbed = {
        (slot.replicate, slot.round)
        for side in (baseline, candidate)
        for slot in side.slots
        if slot.disturbed
    }
    return len(shared & disturbed) / len(shared) if shared else 0.0


def disturbed_share(outcomes: Sequence[Outcome]) -> float:
    """The share of slots, 0–1, that were disturbed."""
    slots = [slot for row in outcomes if isinstance(row, Measurement) for slot in row.slots]
    return sum(bool(slot.disturbed) for slot in slots) / len(slots) if slots else 0.0


def unsuitable(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Advice for all rows, since they took turns on one machine.

    The share is of slots, not of rounds: that would grow with the number of rows alone.
    """
    share = disturbed_share(outcomes)
    if share <= MOST_DISTURBED:
        return ()
    slots = (slot for row in outcomes if isinstance(row, Measurement) for slot in row.slots)
    reason = next(slot.disturbed for slot in slots if slot.disturbed)
    return (
        f"environment unsuitable: {100 * share:.0f} % of the slots were disturbed (for example:"
        f" {reason}). Stop other work on this machine and measure again.",
    )


def start_seconds(measurement: Measurement, side_by_side: int = 1) -> float:
    """What a fresh process takes before its first slot: the median over replicates.

    So many import at the same time, and share the seconds of that.
    """
    shared = 1 - 1 / side_by_side
    return statistics.median(
        opened.start - shared * opened.cold.import_ for opened in measurement.opened
    )


def slot_seconds(measurement: Measurement) -> float:
    """What the timed calls of a slot take: the median over slots."""
    return statistics.median(sum(slot.samples) for slot in measurement.slots)


def call_seconds(measurement: Measurement) -> float:
    """What a call takes in a typical slot."""
    return statistics.median(sum(slot.samples) / len(slot.samples) for slot in measurement.slots)


def _arranged(measurement: Measurement, values: Callable[[Slot], Sequence[float]]) -> Samples:
    replicates: list[list[NDArray[Any]]] = []
    for slot in measurement.slots:
        while slot.replicate >= len(replicates):
            replicates.append([])
        replicates[slot.replicate].append(numpy.asarray(values(slot), dtype=float))
    return replicates


def _places(measurement: Measurement) -> Places:
    return frozenset((slot.replicate, slot.round) for slot in measurement.slots)


def _count(measurement: Measurement, slot: Slot, event: str) -> float:
    if event not in slot.counted:
        raise NothingMeasured(
            f"The {event} of {measurement.case.label} were not counted.",
            "bench doctor says why; judge by --judge p50.",
        )
    return slot.counted[event]
