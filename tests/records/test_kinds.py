"""What a report that comes from anywhere cannot hold."""

from array import array
from dataclasses import replace

import pytest
import reports

from bench.domain import Slot, Slots
from bench.records.kinds import check_report


@pytest.mark.parametrize(
    ("replicate", "number", "said"), [(2**20, 0, "replicate"), (1, 2**20, "round")]
)
@pytest.mark.parametrize("disturbed", [None, "stolen"])
def test_a_slot_that_no_run_comes_to_is_refused(replicate, number, said, disturbed):
    slots = Slots.of([Slot(replicate, number, array("d", [1.0]), disturbed)])
    report = reports.report(replace(reports.measured(), slots=slots))
    with pytest.raises(ValueError, match=f"{said} cannot be"):
        check_report(report)


def test_slots_as_a_run_makes_them_are_let_through():
    report = reports.report(reports.measured())
    assert check_report(report) is report
