"""R² and its drop have the intervals of Student's t, which hold as often as they say."""

import numpy
import pytest

from bench.statistics.r_squared import r_squared_drop, r_squared_interval


def test_the_interval_is_that_of_a_mean():
    squares = numpy.array([0.1, 0.2, 0.3, 0.4])
    low, high = r_squared_interval(squares, variance=2.0)
    reach = 3.182446 * squares.std(ddof=1) / 2 / 2.0  # t of 3 degrees of freedom, n = 4
    assert (low, high) == pytest.approx((0.875 - reach, 0.875 + reach), rel=1e-5)
    assert r_squared_interval(squares * 1e-9, 2.0)[1] <= 1.0


def test_the_drop_is_paired_and_may_be_larger_than_1():
    squares = numpy.array([0.1, 0.2, 0.3, 0.4])
    same = r_squared_drop(squares, squares, 2.0)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    worse = r_squared_drop(squares, squares + 10.0, 2.0)
    assert (worse.low, worse.high) == pytest.approx((5.0, 5.0))
    better = r_squared_drop(squares + 10.0, squares, 2.0)
    assert better.high == pytest.approx(-5.0)


def test_what_is_not_the_same_items_is_refused():
    with pytest.raises(ValueError, match="are not the same"):
        r_squared_drop(numpy.ones(3), numpy.ones(4), 1.0)
    with pytest.raises(ValueError, match="no spread"):
        r_squared_interval(numpy.ones(1), 1.0)


def test_19_of_20_intervals_hold_the_drop():
    generator = numpy.random.default_rng(5)
    first, lost = generator.standard_normal((2, 2_000, 20))
    drops = [r_squared_drop(a, a + b + 0.3, 1.0) for a, b in zip(first, lost, strict=True)]
    assert numpy.mean([drop.low < 0.3 < drop.high for drop in drops]) == pytest.approx(
        0.95, abs=0.015
    )
