"""Samples over time: the slots of a row in the order of measuring, at most so many of them."""

import statistics
from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.domain import Measurement


@dataclass(frozen=True, slots=True)
class Stretch:
    """One slot or several that follow each other; seconds of all their samples.

    `replicate` and `round` are of the first one. `disturbed` says why a slot of it was, if one
    was; `lowest` and `highest` are of all samples, so that no outlier is hidden.
    """

    replicate: int
    round: int
    lowest: float
    median: float
    highest: float
    disturbed: str | None


def courses(summary: Summary, most: int) -> tuple[tuple[Stretch, ...], ...]:
    """For each row at most `most` stretches of equally many slots; none where not measured."""
    return tuple(
        course(row.outcome, most) if isinstance(row.outcome, Measurement) else ()
        for row in summary.rows
    )


def course(measurement: Measurement, most: int) -> tuple[Stretch, ...]:
    """The slots of one row; each `median` is the median of the slots' medians."""
    slots = measurement.slots
    size = -(-len(slots) // most)
    stretches = []
    for start in range(0, len(slots), size):
        group = slots[start : start + size]
        stretches.append(
            Stretch(
                group[0].replicate,
                group[0].round,
                min(min(slot.samples) for slot in group),
                statistics.median(slot.median for slot in group),
                max(max(slot.samples) for slot in group),
                next((slot.disturbed for slot in group if slot.disturbed), None),
            )
        )
    return tuple(stretches)
