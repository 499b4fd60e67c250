"""When a run ends: on the width of the intervals alone."""

import math
from dataclasses import replace

import pytest

from bench.domain.effort import DEFAULT, PUBLISH, QUICK, UNCAPPED, Effort
from bench.engine.stopping import enough, settled, shortfall
from bench.statistics.distributions import student_t_quantile
from bench.statistics.estimate import Estimate

EFFORT = Effort("test", least=3, most=6, rounds=2, target_width=0.02)


def ratio(value, half_width):
    return Estimate(
        value,
        value / (1 + half_width),
        value * (1 + half_width),
        0.95,
        3,
        standard_error=math.log1p(half_width) / student_t_quantile(0.975, 2),
        freedom=2,
        between=0.01,
        within=0.01,
    )


@pytest.mark.parametrize(
    ("replicates", "widths", "expected"),
    [
        (2, [0.001], False),  # too few, however narrow
        (3, [0.001], True),
        (3, [0.001, 0.03], False),  # every ratio counts
        (5, [0.03], False),
        (6, [0.03], True),  # the limit
        (7, [0.03], True),
        (3, [], True),  # nothing is alive
        (3, [float("inf")], False),
    ],
)
def test_the_widths_and_the_number_of_replicates_decide(replicates, widths, expected):
    assert enough(EFFORT, replicates, [ratio(1.0, width) for width in widths]) is expected


@pytest.mark.parametrize("half_width", [0.01, 0.03])
def test_significance_does_not_decide(half_width):
    answers = {enough(EFFORT, 3, [ratio(value, half_width)]) for value in (0.97, 0.99, 1.0, 1.05)}
    assert answers == {half_width <= EFFORT.target_width}


def test_more_effort_means_more_replicates_and_a_narrower_target():
    for less, more in ((QUICK, DEFAULT), (DEFAULT, PUBLISH)):
        assert less.least < more.least
        assert less.most < more.most
        assert less.target_width > more.target_width


@pytest.mark.parametrize(
    ("replicates", "width", "said"),
    [
        (1, 0.001, "3 replicates were aimed at, 1 fitted"),
        (3, 0.001, None),
        (4, 0.03, "Intervals within ± 2 % were aimed at, the widest is ± 3 % after 4 replicates"),
        (6, 0.03, "Intervals within ± 2 % were aimed at, the widest is ± 3 % after 6 replicates"),
        (6, 0.001, None),
        (6, 3.9, "Intervals within ± 2 % were aimed at, the widest tells nothing after 6"),
        (6, math.inf, "Intervals within ± 2 % were aimed at, the widest tells nothing after 6"),
    ],
)
def test_what_was_aimed_at_and_not_reached_is_said(replicates, width, said):
    sentence = shortfall(EFFORT, replicates, [ratio(1.0, width)])
    assert sentence is None if said is None else sentence.startswith(said)


def test_where_nothing_has_an_interval_a_run_falls_short_of_replicates_alone():
    assert shortfall(EFFORT, 3, []) is None
    assert shortfall(EFFORT, 2, []).startswith("3 replicates")


def test_a_given_number_of_replicates_falls_short_of_no_width():
    fixed = Effort("test", least=4, most=4, rounds=2, target_width=0.02)
    assert not enough(fixed, 3, [ratio(1.0, 0.001)])
    assert enough(fixed, 4, [ratio(1.0, 0.5)])
    assert shortfall(fixed, 4, [ratio(1.0, 0.5)]) is None
    assert shortfall(fixed, 3, [ratio(1.0, 0.5)]).startswith("4 replicates were aimed at, 3")


@pytest.mark.parametrize(
    ("value", "half_width", "expected"),
    [
        (3.0, 0.1, True),
        (1 / 3, 0.1, True),
        (3.0, 0.13, False),
        (1.5, 0.03, True),
        (1.1, 0.025, False),
        (1.0, 0.019, True),
        (1.0, 0.021, False),
    ],
)
def test_a_ratio_far_from_1_is_settled_by_a_tenth_of_its_distance(value, half_width, expected):
    assert settled(EFFORT, ratio(value, half_width)) is expected
    sentence = shortfall(EFFORT, 3, [ratio(value, half_width)])
    assert (sentence is None) is expected


def test_a_width_that_somebody_typed_is_meant_as_it_is():
    typed = replace(EFFORT, most=UNCAPPED)
    assert not settled(typed, ratio(3.0, 0.1))
    assert settled(typed, ratio(3.0, 0.019))
