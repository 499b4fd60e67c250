"""Which samples two rows share."""

from array import array
from dataclasses import replace

import pytest
import reports

from bench.analysis.matching import table_pairs
from bench.analysis.samples import aligned_samples, disturbed_of_pair
from bench.domain import Slot, Slots

# Replicates and rounds of two rows, and those in common.
SHARED = {
    "all": ([(0, 0), (0, 1), (1, 0)], [(0, 0), (0, 1), (1, 0)], [2, 1]),
    "lost its last round": ([(0, 0), (0, 1), (1, 0)], [(0, 0), (1, 0)], [1, 1]),
    "began later": ([(0, 0), (0, 1)], [(0, 1), (0, 2)], [1]),
    "skipped a replicate": ([(0, 0), (2, 0), (2, 1)], [(0, 0), (1, 0), (2, 1)], [1, 0, 1]),
    "left": ([(0, 0), (1, 0), (2, 0)], [(0, 0)], [1]),
}


def row(places, disturbed=(), counted=True):
    """Each slot's calls say where it is from: 100 times the replicate and the round, and twice."""
    slots = []
    for replicate, number in places:
        value = 1.0 + 100 * replicate + number
        events = {"cycles": value} if counted else {}
        reason = "stolen" if (replicate, number) in disturbed else None
        slots.append(Slot(replicate, number, array("d", [value, value]), reason, events))
    return replace(reports.measured(), slots=Slots.of(slots))


@pytest.mark.parametrize("statistic", ["p50", "mean", "p99", "cycles"])
@pytest.mark.parametrize(("first", "second", "sizes"), SHARED.values(), ids=SHARED)
def test_samples_are_paired_by_replicate_and_round(first, second, sizes, statistic):
    sides = aligned_samples(row(first), row(second), statistic)
    told = [[[slot.tolist() for slot in slots] for slots in side] for side in sides]
    assert told[0] == told[1]
    assert [*map(len, told[0])] == sizes
    calls = 2 if statistic == "p99" else 1
    shared = [place for place in first if place in second]
    expected = [[1.0 + 100 * replicate + number] * calls for replicate, number in shared]
    assert [slot for slots in told[0] for slot in slots] == expected


def test_rows_without_a_common_round_are_not_paired():
    assert table_pairs([row([(0, 0)]), row([(1, 0)])]) == []


def test_disturbed_rounds_of_a_pair_are_those_of_either_that_both_have():
    first = row([(0, 0), (0, 1), (1, 0)], disturbed=[(0, 1), (1, 0)])
    second = row([(0, 0), (1, 0), (1, 1)], disturbed=[(0, 0), (1, 1)])
    assert disturbed_of_pair(first, second) == 1.0
    assert disturbed_of_pair(first, row([(0, 0), (0, 1)])) == 0.5
    assert disturbed_of_pair(first, row([(0, 0)])) == 0.0
    assert disturbed_of_pair(first, row([(2, 0)], disturbed=[(2, 0)])) == 0.0
