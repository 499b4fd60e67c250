"""Means and their differences have the intervals that scipy gives them."""

import math

import pytest

from bench.statistics.means import Mean, estimate_difference, estimate_mean

FIRST = [0.9967, 0.9960, 0.9964, 0.9963, 0.9966]
SECOND = [0.9954, 0.9952, 0.9957]


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_mean_as_scipy_has_it(level):
    stats = pytest.importorskip("scipy.stats")
    mean = estimate_mean(FIRST, level)
    expected = stats.ttest_1samp(FIRST, 0).confidence_interval(level)
    assert mean.value == pytest.approx(sum(FIRST) / 5)
    assert (mean.low, mean.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_difference_as_scipy_has_it(level):
    stats = pytest.importorskip("scipy.stats")
    mean = estimate_difference(FIRST, SECOND, level)
    expected = stats.ttest_ind(FIRST, SECOND, equal_var=False).confidence_interval(level)
    assert (mean.low, mean.high) == pytest.approx((expected.low, expected.high))
    assert mean.low < mean.value < mean.high


def test_one_value_bounds_nothing():
    assert estimate_mean([0.5]) == Mean(0.5, -math.inf, math.inf)
    assert estimate_difference([0.5, 0.6], [0.25]) == Mean(pytest.approx(0.3), -math.inf, math.inf)


def test_equal_values_leave_no_doubt():
    assert estimate_mean([0.5, 0.5]) == Mean(0.5, 0.5, 0.5)
    assert estimate_difference([0.5, 0.5], [0.25, 0.25]) == Mean(0.25, 0.25, 0.25)
