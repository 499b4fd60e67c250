"""Samples over time in few stretches: outliers and disturbances stay to be seen."""

import pytest
import reports

from bench.analysis.course import courses
from bench.analysis.summary import summarise
from bench.domain import Skipped


def course(*outcomes, most=1000):
    return courses(summarise(reports.report(*outcomes)), most)


def test_a_stretch_is_a_slot_where_there_are_few():
    row = reports.measured(replicates=2, rounds=3)
    (found,) = course(row)
    assert [(one.replicate, one.round) for one in found] == [
        (replicate, number) for replicate in range(2) for number in range(3)
    ]
    for stretch, slot in zip(found, row.slots, strict=True):
        assert stretch.lowest == min(slot.samples)
        assert stretch.highest == max(slot.samples)
        assert stretch.median == sorted(slot.samples)[2]


@pytest.mark.parametrize("most", [1, 5, 12, 39, 40])
def test_there_are_never_more_than_asked_for_and_the_extremes_stay(most):
    row = reports.measured(replicates=4, rounds=10)
    (found,) = course(row, most=most)
    assert len(found) <= most
    samples = [sample for slot in row.slots for sample in slot.samples]
    assert min(one.lowest for one in found) == min(samples)
    assert max(one.highest for one in found) == max(samples)


def test_a_disturbed_slot_has_its_reason_and_is_of_its_row_alone():
    rows = reports.measured(disturbed={(1, 2)}), reports.measured(reports.case("max"))
    own, other = course(*rows)
    told = {(one.replicate, one.round): one.disturbed for one in own if one.disturbed}
    assert told == {(1, 2): "waited for a CPU 12% of the slot"}
    assert not any(one.disturbed for one in other)


def test_a_row_that_was_not_measured_has_none():
    assert course(Skipped(reports.case(), "because")) == ((),)
