"""Change points against series whose levels are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.change_points import change_points


def series(*levels, spread=0.005, seed=1):
    """Normal values about levels given as (mean, count)."""
    chance = np.random.default_rng(seed)
    return np.concatenate([chance.normal(mean, spread, count) for mean, count in levels])


@pytest.mark.parametrize(
    ("levels", "cuts"),
    [
        ([(0, 30)], []),
        ([(0, 10), (0.1, 10)], [10]),
        ([(0, 4), (0.1, 2)], [4]),
        ([(0, 10), (0.1, 10), (0, 10)], [10, 20]),  # comes and goes
        ([(0, 10), (0.1, 10), (0.2, 10), (0.15, 10)], [10, 20, 30]),
        ([(0, 10), (0.5, 1), (0, 10)], []),  # one odd value is no level
        ([(0, 3)], []),
        ([(0, 1)], []),
    ],
)
def test_levels_are_found_where_they_begin(levels, cuts):
    assert change_points(series(*levels)) == cuts


def test_equal_values_have_no_change_and_a_step_between_them_has_one():
    assert change_points([-9.6] * 40) == []
    assert change_points([-9.6] * 5 + [-9.5] * 5) == [5]
    assert change_points([]) == []


@pytest.mark.parametrize("count", [5, 8, 20, 60])
def test_false_alarms_are_as_rare_as_promised(count):
    chance = np.random.default_rng(count)
    flagged = sum(bool(change_points(chance.normal(size=count), error=0.05)) for _ in range(300))
    assert flagged <= 24  # 15 expected at most; binomial(300, 0.05) exceeds 24 once in a hundred


def test_a_tenth_is_found_within_few_runs_of_two_in_a_hundred_spread():
    all_cuts = [
        change_points(series((0, 10), (0.095, 4), spread=0.02, seed=seed)) for seed in range(200)
    ]
    assert sum(cuts == [10] for cuts in all_cuts) > 160
    assert all(len(cuts) <= 2 for cuts in all_cuts)


@given(st.lists(st.floats(-20, 5), max_size=14))
def test_cuts_are_ordered_and_every_level_has_two_values(values):
    cuts = change_points(values)
    assert not cuts or min(np.diff([0, *cuts, len(values)])) >= 2


def test_the_unit_of_the_series_does_not_matter():
    values = series((0, 10), (0.1, 10), (0.05, 6))
    assert change_points(values + 7) == change_points(values * 5) == [10, 20]
