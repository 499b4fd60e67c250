"""What makes two environments different machines."""

import pytest
import reports

from bench.host.machine import MACHINE, SOFTWARE, described, differences, same_machine

OTHERS = {
    "cpu": "Other",
    "usable_cpus": 64,
    "cpu_quota": 1.5,
    "machine": "aarch64",
    "gpu": "NVIDIA H200",
}


@pytest.mark.parametrize(("fact", "value"), OTHERS.items())
def test_other_hardware_is_another_machine(fact, value):
    assert set(OTHERS) == set(MACHINE)
    other = {**reports.ENVIRONMENT, fact: value}
    assert not same_machine(reports.ENVIRONMENT, other)
    assert described(reports.ENVIRONMENT) != described(other)
    (difference,) = differences(reports.ENVIRONMENT, other)
    assert (difference.fact, difference.second) == (fact, value)


def test_other_software_is_the_same_machine_but_not_for_going_on():
    newer = {**reports.ENVIRONMENT, "packages": {}, "python": "3.14.0"}
    assert same_machine(reports.ENVIRONMENT, newer)
    facts = [difference.fact for difference in differences(reports.ENVIRONMENT, newer, SOFTWARE)]
    assert facts == ["packages", "python"]
