"""Samples over time: the slots of a row in the order of measuring, at most so many of them."""

import statistics
from dataclasses import dataclass

from bench.analysis.samples import disturbed_rounds
from bench.analysis.summary import Summary
from bench.domain import Measurement

ELSEWHERE = "another row of this round was disturbed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One slot or several that follow each other; seconds of all their samples.

    `replicate` and `round` are of the first one. `disturbed` says why a slot of it does not count,
    if one does not; `lowest` and `highest` are of all samples, so that no outlier is hidden.
    """

    replicate: int
    round: int
    lowest: float
    median: float
    highest: float
    disturbed: str | None


def courses(summary: Summary, most: int) -> tuple[tuple[Stretch, ...], ...]:
    """For each row at most `most` stretches of equally many slots; none where not measured."""
    disturbed = disturbed_rounds(summary.report.outcomes)
    return tuple(
        course(row.outcome, disturbed, most) if isinstance(row.outcome, Measurement) else ()
        for row in summary.rows
    )


def course(
    measurement: Measurement, disturbed: frozenset[tuple[int, int]], most: int
) -> tuple[Stretch, ...]:
    """The slots of one row; each `median` is the median of the slots' medians."""
    slots = measurement.slots
    size = -(-len(slots) // most)
    stretches = []
    for start in range(0, len(slots), size):
        group = slots[start : start + size]
        removed = [slot for slot in group if (slot.replicate, slot.round) in disturbed]
        reasons = [slot.disturbed for slot in removed if slot.disturbed]
        stretches.append(
            Stretch(
                group[0].replicate,
                group[0].round,
                min(min(slot.samples) for slot in group),
                statistics.median(statistics.median(slot.samples) for slot in group),
                max(max(slot.samples) for slot in group),
                (reasons or [ELSEWHERE])[0] if removed else None,
            )
        )
    return tuple(stretches)
