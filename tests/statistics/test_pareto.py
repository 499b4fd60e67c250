"""The front is what a comparison of all pairs leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.pareto import front

POINT = st.tuples(st.integers(0, 6), st.integers(0, 6))


def beats(point, other):
    return point[0] <= other[0] and point[1] >= other[1] and point != other


@given(st.lists(POINT, max_size=12))
def test_none_on_the_front_is_beaten_and_all_others_are(points):
    costs, gains = [c for c, _ in points], [g for _, g in points]
    expected = {
        index
        for index, point in enumerate(points)
        if not any(beats(other, point) for other in points)
    }
    indices = front(costs, gains)
    assert set(indices) == expected
    assert len(indices) == len(expected)
    assert [points[index] for index in indices] == sorted(points[index] for index in indices)


def test_equal_points_stay_together_in_their_order():
    assert front([2.0, 1.0, 1.0, 2.0], [0.9, 0.8, 0.8, 0.9]) == (1, 2, 0, 3)


def test_each_cost_needs_a_gain():
    with pytest.raises(ValueError, match="zip"):
        front([1.0, 2.0], [0.5])
