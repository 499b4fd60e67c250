"""What makes two environments different machines."""

import pytest
import reports

from bench.host.machine import MACHINE, SOFTWARE, differences, same_machine


@pytest.mark.parametrize("fact", MACHINE)
def test_other_hardware_is_another_machine(fact):
    other = {**reports.ENVIRONMENT, fact: "other"}
    assert not same_machine(reports.ENVIRONMENT, other)
    (difference,) = differences(reports.ENVIRONMENT, other)
    assert (difference.fact, difference.second) == (fact, "other")


def test_other_software_is_the_same_machine_but_not_for_going_on():
    newer = {**reports.ENVIRONMENT, "packages": {}, "python": "3.14.0"}
    assert same_machine(reports.ENVIRONMENT, newer)
    facts = [difference.fact for difference in differences(reports.ENVIRONMENT, newer, SOFTWARE)]
    assert facts == ["packages", "python"]
