"""The samples that figures are made of, which two rows share, and how many were disturbed."""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.domain import Measurement, Outcome, Slot
from bench.errors import NothingMeasured
from bench.statistics.rounds import Samples
from bench.statistics.statistic import COUNTED, Statistic

Places = frozenset[tuple[int, int]]  # pairs of replicate and round

MOST_DISTURBED = 0.05  # share of slots; above it the environment is called unsuitable


def by_replicate(measurement: Measurement, statistic: Statistic = "p50") -> Samples:
    """All samples, by replicate and round, those of disturbed slots among them.

    Whoever queues is disturbed the more often: without its disturbed slots it would look faster
    than it is to whoever waits for it. Of instructions and cycles each slot has one number, that of
    a call; raises NothingMeasured where it has none.
    """
    replicates: list[list[NDArray[Any]]] = []
    for slot in measurement.slots:
        while slot.replicate >= len(replicates):
            replicates.append([])
        counts = [_count(measurement, slot, statistic)] if statistic in COUNTED else slot.samples
        replicates[slot.replicate].append(numpy.asarray(counts, dtype=float))
    return replicates


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
    """The rounds that both have: an interrupted replicate may lack the last one of either."""
    shared = _places(baseline) & _places(candidate)
    first, second = (
        replace(side, slots=[s for s in side.slots if (s.replicate, s.round) in shared])
        for side in (baseline, candidate)
    )
    return by_replicate(first, statistic), by_replicate(second, statistic)


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


def start_seconds(measurement: Measurement) -> float:
    """What a fresh process takes before its first slot: the median over replicates."""
    return statistics.median(opened.start for opened in measurement.opened)


def slot_seconds(measurement: Measurement) -> float:
    """What the timed calls of a slot take: the median over slots."""
    return statistics.median(sum(slot.samples) for slot in measurement.slots)


def _places(measurement: Measurement) -> Places:
    return frozenset((slot.replicate, slot.round) for slot in measurement.slots)


def _count(measurement: Measurement, slot: Slot, event: str) -> float:
    if event not in slot.counted:
        raise NothingMeasured(
            f"The {event} of {measurement.case.label} were not counted.",
            "bench doctor says why; judge by --judge p50.",
        )
    return slot.counted[event]
