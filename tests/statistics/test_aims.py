"""What is met, missed, and what too few trials leave open."""

import pytest

from bench.statistics.aims import Aim, aims, at_least
from bench.statistics.error_rates import ErrorRate, TrialKind


def rate(planted, trials, detected=0, covered=0, wrong_sign=0, bounded=None):
    kind = TrialKind("quick", planted)
    bounded = trials if bounded is None else bounded
    return ErrorRate(kind, trials, bounded, detected, 0.0, 1.0, covered, wrong_sign, {}, 5.0, 0.002)


@pytest.mark.parametrize(
    ("detected", "trials", "state"),
    [
        (13, 400, "met"),  # 3.2 %, at most 5.5 %
        (20, 400, "open"),  # 5.0 %, but up to 7.6 %
        (4, 100, "open"),  # 4.0 %, but up to 9.8 %
        (36, 400, "missed"),  # 9 %, 6.6 % at least
    ],
)
def test_a_share_of_flagged_pairs_is_met_with_the_end_of_its_interval(detected, trials, state):
    flagged, covered = aims(rate(0.0, trials, detected, covered=trials * 19 // 20))
    assert flagged == Aim("flagged", detected, trials, state)
    assert covered.state == "met"


@pytest.mark.parametrize(
    ("covered", "trials", "state"),
    [(95, 100, "met"), (91, 100, "open"), (100, 100, "open"), (340, 400, "missed")],
)
def test_coverage_may_neither_be_too_low_nor_too_high(covered, trials, state):
    wrong, told = aims(rate(0.02, trials, covered=covered))
    assert (wrong.name, wrong.state) == ("wrong sign", "met")
    assert told == Aim("covered", covered, trials, state)


def test_one_wrong_sign_is_too_many_and_no_interval_covers_nothing():
    assert aims(rate(0.02, 3, wrong_sign=1, bounded=0)) == [Aim("wrong sign", 1, 3, "missed")]


def test_tiny_has_a_least_share():
    assert [at_least(right, 100, 0.95) for right in (95, 92, 80)] == ["met", "open", "missed"]
