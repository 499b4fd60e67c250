"""What the options of effort amount to."""

import pytest

from bench.domain.effort import DEFAULT, GLANCE, PUBLISH, QUICK
from bench.errors import UsageError
from bench.options.effort import Thoroughness


def test_an_effort_is_named():
    assert Thoroughness().chosen() == DEFAULT
    assert Thoroughness(quick=True).chosen() == QUICK
    assert Thoroughness(publish=True).chosen() == PUBLISH
    assert Thoroughness(effort="glance").chosen() == GLANCE
    assert Thoroughness(effort="publish").chosen() == PUBLISH


def test_a_number_of_replicates_is_taken_as_it_is():
    effort = Thoroughness(quick=True, replicates=90).chosen()
    assert (effort.least, effort.most, effort.rounds) == (90, 90, QUICK.rounds)
    assert effort.fixed


def test_a_width_is_aimed_at_however_many_replicates_it_takes():
    effort = Thoroughness(target_width="0.1%").chosen()
    assert effort.target_width == 0.001
    assert effort.least == DEFAULT.least
    assert effort.most > 1000


@pytest.mark.parametrize(("text", "expected"), [("4", 4.0), ("4s", 4.0), ("0.5", 0.5)])
def test_a_budget_is_in_seconds(text, expected):
    assert Thoroughness(budget=text).seconds() == expected


@pytest.mark.parametrize("text", ["0", "-1", "soon", "inf", "s", ""])
def test_a_budget_is_above_nothing(text):
    with pytest.raises(UsageError, match="--budget") as raised:
        Thoroughness(budget=text).seconds()
    assert raised.value.hint == "Write --budget 60."


@pytest.mark.parametrize(
    "options",
    [
        {"quick": True, "publish": True},
        {"quick": True, "effort": "glance"},
        {"replicates": 5, "target_width": "1%"},
    ],
)
def test_contradictions_are_wrong_usage(options):
    with pytest.raises(UsageError, match="exclude each other"):
        Thoroughness(**options).chosen()
