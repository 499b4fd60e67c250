"""The interval of an accuracy's drop against simulation and its source."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.differences import (
    estimate_drop,
    most_differing,
)


def test_the_formula_of_bonett_and_price():
    only_baseline, only_candidate, total = 40, 20, 160
    drop = estimate_drop(100, 80, total, 60)
    first, second = ((count + 1) / (total + 2) for count in (only_baseline, only_candidate))
    reach = 1.959964 * math.sqrt((first + second - (first - second) ** 2) / (total + 2))
    assert drop.value == 20 / 160
    assert (drop.low, drop.high) == pytest.approx((first - second - reach, first - second + reach))


@pytest.mark.parametrize("shares", [(0.95, 0.03, 0.01), (0.994, 0.001, 0.001), (0.7, 0.05, 0.2)])
def test_it_covers_the_truth(shares):
    """Items that both get right, only the baseline, only the candidate; the rest neither."""
    chance = np.random.default_rng(1)
    truth = shares[1] - shares[2]
    draws = chance.multinomial(1_000, [*shares, 1 - sum(shares)], size=2_000)
    covered = 0
    for both, first, second, _ in draws.tolist():
        drop = estimate_drop(both + first, both + second, 1_000, first + second)
        covered += drop.low <= truth <= drop.high
    assert covered / len(draws) >= 0.94


TOTALS = st.integers(1, 20_000)


@given(st.data())
def test_a_bound_of_the_differing_items_only_widens_it(data):
    total = data.draw(TOTALS)
    first, second = (data.draw(st.integers(0, total)) for _ in range(2))
    most = most_differing(first, second, total)
    assert abs(first - second) <= most <= total
    differing = data.draw(st.integers(abs(first - second), most))
    known, bound = (estimate_drop(first, second, total, count) for count in (differing, most))
    assert bound.low <= known.low <= known.centre <= known.high <= bound.high
    mirrored = estimate_drop(second, first, total, differing)
    assert (mirrored.low, mirrored.high) == pytest.approx((-known.high, -known.low))


def test_answers_that_never_differ_bound_the_drop_closely():
    assert estimate_drop(9_964, 9_964, 10_000, 0).high < 0.0004
    assert estimate_drop(9_964, 9_964, 10_000, 72).high > 0.001


@pytest.mark.parametrize(
    "counts", [(11, 5, 10, 6), (5, -1, 10, 6), (0, 0, 0, 0), (9, 5, 10, 3), (9, 9, 10, 3)]
)
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match=r"not accuracies|cannot differ"):
        estimate_drop(*counts)
