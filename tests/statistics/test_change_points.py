"""Change points against series whose levels are known."""

import math

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


def autocorrelated(chance, count, correlation, draw):
    """Values of variance 1, each like the one before (AR(1)), after 50 that are not kept."""
    innovations = draw(chance, count + 50) * math.sqrt(1 - correlation**2)
    values = [0.0]
    for innovation in innovations:
        values.append(correlation * values[-1] + innovation)
    return np.array(values[-count:])


def normal(chance, count):
    return chance.normal(size=count)


def heavy_tailed(chance, count):
    """Student's t with 3 degrees of freedom, of variance 1."""
    return chance.standard_t(3, size=count) / math.sqrt(3)


def two_an_hour(chance, count, correlation, draw):
    """Both runs of an hour share most of it, and hours correlate."""
    hours = autocorrelated(chance, -(-count // 2), correlation, draw)
    return 0.9 * np.repeat(hours, 2)[:count] + math.sqrt(0.19) * draw(chance, count)


@pytest.mark.parametrize("count", [20, 50, 100])
@pytest.mark.parametrize(
    ("world", "correlation", "draw"),
    [
        (autocorrelated, 0.0, heavy_tailed),
        (autocorrelated, 0.4, normal),
        (autocorrelated, 0.6, normal),
        (autocorrelated, 0.6, heavy_tailed),
        (two_an_hour, 0.6, normal),
    ],
)
def test_false_alarms_are_rare_though_neighbours_are_alike(count, world, correlation, draw):
    chance = np.random.default_rng(count)
    trials = 200 if count < 100 else 100
    flagged = sum(
        bool(change_points(0.01 * world(chance, count, correlation, draw))) for _ in range(trials)
    )
    assert flagged <= 0.05 * trials


@pytest.mark.parametrize(
    ("count", "correlation", "least"), [(20, 0.0, 90), (20, 0.6, 70), (50, 0.6, 80)]
)
def test_a_step_of_five_in_a_hundred_is_found_among_runs_of_one_in_a_hundred(
    count, correlation, least
):
    chance = np.random.default_rng(2)
    cuts_of_each = []
    for _ in range(100):
        values = 0.01 * autocorrelated(chance, count, correlation, normal)
        values[count // 2 :] += math.log(1.05)
        cuts_of_each.append(change_points(values))
    near = [any(abs(cut - count // 2) <= 2 for cut in cuts) for cuts in cuts_of_each]
    assert sum(near) >= least


def test_a_tenth_is_found_within_few_runs_of_two_in_a_hundred_spread():
    all_cuts = [
        change_points(series((0, 10), (0.095, 4), spread=0.02, seed=seed)) for seed in range(200)
    ]
    assert sum(cuts == [10] for cuts in all_cuts) > 100
    assert sum(len(cuts) > 1 for cuts in all_cuts) <= 2


@given(st.lists(st.floats(-20, 5), max_size=14))
def test_cuts_are_ordered_and_every_level_has_two_values(values):
    cuts = change_points(values)
    assert not cuts or min(np.diff([0, *cuts, len(values)])) >= 2


def test_the_unit_of_the_series_does_not_matter():
    values = series((0, 10), (0.1, 10), (0.05, 6))
    assert change_points(values + 7) == change_points(values * 5) == [10, 20]
