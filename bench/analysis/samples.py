"""The samples that figures are made of: what a disturbance removes, and what two rows share."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.domain import Measurement, Outcome
from bench.statistics.rounds import Samples

Places = frozenset[tuple[int, int]]  # pairs of replicate and round

MOST_DISTURBED = 0.05  # share of slots; above it the environment is called unsuitable


def kept_samples(measurement: Measurement, disturbed: Places) -> Samples:
    """Samples by replicate and round; a disturbed round is empty, unless all of them are."""
    removed = disturbed if _places(measurement) - disturbed else frozenset()
    replicates: list[list[NDArray[Any]]] = []
    for slot in measurement.slots:
        while slot.replicate >= len(replicates):
            replicates.append([])
        gone = (slot.replicate, slot.round) in removed
        replicates[slot.replicate].append(numpy.asarray(() if gone else slot.samples, dtype=float))
    return replicates


def share_rounds(baseline: Outcome, candidate: Outcome) -> bool:
    """Whether both have a round in common: rows that were lost and tried again may have none."""
    assert isinstance(baseline, Measurement) and isinstance(candidate, Measurement)
    return not _places(baseline).isdisjoint(_places(candidate))


def aligned_samples(
    baseline: Measurement, candidate: Measurement, disturbed: Places
) -> tuple[Samples, Samples]:
    """The rounds that both have: an interrupted replicate may lack the last one of either."""
    shared = _places(baseline) & _places(candidate)
    first, second = (
        replace(side, slots=[s for s in side.slots if (s.replicate, s.round) in shared])
        for side in (baseline, candidate)
    )
    return kept_samples(first, disturbed), kept_samples(second, disturbed)


def disturbed_rounds(outcomes: Sequence[Outcome]) -> Places:
    """A disturbance of one slot removes its round for all rows, so that pairs stay pairs."""
    return frozenset(
        (slot.replicate, slot.round)
        for outcome in outcomes
        if isinstance(outcome, Measurement)
        for slot in outcome.slots
        if slot.disturbed
    )


def disturbed_share(outcomes: Sequence[Outcome]) -> float:
    """The share of slots, 0–1, that were disturbed."""
    slots = [slot for row in outcomes if isinstance(row, Measurement) for slot in row.slots]
    return sum(bool(slot.disturbed) for slot in slots) / len(slots) if slots else 0.0


def unsuitable(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Advice for all rows, since a disturbed slot removes its round from all of them.

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


def _places(measurement: Measurement) -> Places:
    return frozenset((slot.replicate, slot.round) for slot in measurement.slots)
