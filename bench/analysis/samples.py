"""The samples that figures are made of, which two rows share, and how many were disturbed."""

import statistics
from collections.abc import Mapping, Sequence

import numpy
from numpy.typing import NDArray

from bench.domain import Measurement, Outcome, Slot, Slots
from bench.domain.slots import ROUNDS
from bench.errors import NothingMeasured
from bench.statistics.rounds import Samples, split
from bench.statistics.statistic import Statistic

Places = NDArray[numpy.int64]  # in order

MOST_DISTURBED = 0.05  # share of slots; above it the environment is called unsuitable


def by_replicate(measurement: Measurement, places: Places | None = None) -> Samples:
    """All samples, by replicate and round, those of disturbed slots among them; or of some places.

    Whoever queues is disturbed the more often: without its disturbed slots it would look faster
    than it is to whoever waits for it.
    """
    slots = measurement.slots
    chosen, sizes = _chosen(slots, places)
    return split([numpy.asarray(slots[at].samples, dtype=float) for at in chosen], sizes)


def judged_by_replicate(
    measurement: Measurement, statistic: Statistic, places: Places | None = None
) -> Samples:
    """What a statistic is made of, by replicate and round: as few numbers of a slot as it takes.

    One for p50, which is the median of its calls, for the mean, and for instructions and cycles,
    which are those of a call: (rounds, 1). For other percentiles all samples. Of all slots, or of
    those at some `places`. Raises NothingMeasured where a slot has no count.
    """
    slots = measurement.slots
    match statistic:
        case "p50":
            values = numpy.asarray(slots.medians)
        case "mean":
            values = numpy.asarray(slots.means)
        case "instructions" | "cycles":
            values = numpy.array([_count(measurement, slot, statistic) for slot in slots])
        case _:
            return by_replicate(measurement, places)
    chosen, sizes = _chosen(slots, places)
    return split(values.take(chosen)[:, None], sizes)


def calls_by_replicate(measurement: Measurement) -> Mapping[int, int]:
    """How many timed calls each of its replicates has."""
    return {series.replicate: sum(series.column("calls")) for series in measurement.slots.series}


def is_counted(measurement: Measurement, statistic: Statistic) -> bool:
    """Whether each of its slots has these events."""
    told = measurement.slots.told
    return len(told) == len(measurement.slots) and all(statistic in slot.counted for slot in told)


def share_rounds(baseline: Outcome, candidate: Outcome) -> bool:
    """Whether both have a round in common: rows that were lost and tried again may have none."""
    assert isinstance(baseline, Measurement) and isinstance(candidate, Measurement)
    return not baseline.slots.rounds.isdisjoint(candidate.slots.rounds)


def aligned_samples(
    baseline: Measurement, candidate: Measurement, statistic: Statistic = "p50"
) -> tuple[Samples, Samples]:
    """Of the rounds that both have what a statistic is made of.

    An interrupted replicate may lack the last round of either.
    """
    shared = None
    if baseline.slots.places != candidate.slots.places:
        first, second = (numpy.asarray(side.slots.places) for side in (baseline, candidate))
        shared = numpy.intersect1d(first, second, assume_unique=True)
    sides = (judged_by_replicate(side, statistic, shared) for side in (baseline, candidate))
    return next(sides), next(sides)


def disturbed_of_pair(baseline: Measurement, candidate: Measurement) -> float:
    """The share, 0–1, of the rounds that both have in which either was disturbed."""
    disturbed = {*baseline.slots.disturbed, *candidate.slots.disturbed}
    shared = baseline.slots.rounds & candidate.slots.rounds if disturbed else frozenset()
    return len(shared & disturbed) / len(shared) if shared else 0.0


def disturbed_share(outcomes: Sequence[Outcome]) -> float:
    """The share of slots, 0–1, that were disturbed."""
    slots = [row.slots for row in outcomes if isinstance(row, Measurement)]
    count = sum(map(len, slots))
    return sum(len(each.disturbed) for each in slots) / count if count else 0.0


def unsuitable(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Advice for all rows, since they took turns on one machine.

    The share is of slots, not of rounds: that would grow with the number of rows alone.
    """
    share = disturbed_share(outcomes)
    if share <= MOST_DISTURBED:
        return ()
    rows = (row for row in outcomes if isinstance(row, Measurement))
    reason = next(why for row in rows for why in row.slots.disturbed.values())
    return (
        f"environment unsuitable: {100 * share:.0f} % of the slots were disturbed (for example:"
        f" {reason}). Intervals of ratios are wider for it; for times, stop other work on this"
        " machine and measure again.",
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
    return statistics.median(measurement.slots.seconds)


def call_seconds(measurement: Measurement) -> float:
    """What a call takes in a typical slot."""
    return statistics.median(measurement.slots.means)


def _count(measurement: Measurement, slot: Slot, event: str) -> float:
    if event not in slot.counted:
        raise NothingMeasured(
            f"The {event} of {measurement.case.label} were not counted.",
            "bench doctor says why; judge by --judge p50.",
        )
    return slot.counted[event]


def _chosen(slots: Slots, places: Places | None) -> tuple[Sequence[int], Sequence[int]]:
    """Which of the slots are at these places, and how many they are in each replicate."""
    if places is None:
        return range(len(slots)), slots.sizes
    chosen = numpy.searchsorted(numpy.asarray(slots.places), places)
    return chosen.tolist(), numpy.bincount(places // ROUNDS).tolist()
