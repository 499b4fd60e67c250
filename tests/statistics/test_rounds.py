"""From samples to logarithms: pairing and the midmean."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bench.statistics.rounds import log_medians, log_ratios, midmean


def slot(*seconds):
    return np.array(seconds, dtype=float)


def test_a_round_is_the_logarithm_of_its_slot_median():
    rounds = log_medians([[slot(1.0, 2.0, 9.0), slot(4.0)], [slot(8.0)]])
    assert [values.tolist() for values in rounds] == [[math.log(2), math.log(4)], [math.log(8)]]


def test_ratios_pair_slots_of_the_same_round():
    baseline = [[slot(1.0), slot(2.0)], [slot(4.0)]]
    candidate = [[slot(3.0), slot(2.0)], [slot(2.0)]]
    rounds = log_ratios(baseline, candidate)
    expected = [[math.log(3), 0.0], [math.log(0.5)]]
    assert [values.tolist() for values in rounds] == [pytest.approx(e) for e in expected]


@pytest.mark.parametrize(
    "candidate", [[[slot(1.0)]], [[slot(1.0)], [slot(1.0)], [slot(1.0)]], [[slot(1.0)], []]]
)
def test_cases_that_do_not_pair_are_refused(candidate):
    with pytest.raises(ValueError, match=r"shorter|longer|same rounds"):
        log_ratios([[slot(1.0)], [slot(1.0)]], candidate)


def test_a_clock_too_coarse_is_refused():
    with pytest.raises(ValueError, match="too coarse"):
        log_medians([[slot(0.0, 0.0, 1e-3)]])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7.0], 7.0),
        ([1.0, 5.0], 3.0),
        ([0.0, 3.0, 90.0], (0.25 * 0 + 3 + 0.25 * 90) / 1.5),
        ([-99.0, 1.0, 2.0, 99.0], 1.5),
        ([-99.0, 1.0, 2.0, 4.0, 99.0], (0.75 * 1 + 2 + 0.75 * 4) / 2.5),
    ],
)
def test_midmean_in_closed_form(values, expected):
    assert midmean(np.array(values)) == pytest.approx(expected)


@given(arrays.arrays(float, st.integers(1, 40), elements=st.floats(-1e3, 1e3)))
def test_midmean_lies_between_the_quartiles_and_follows_shifts(values):
    centre = midmean(values)
    ordered = np.sort(values)
    assert ordered[len(values) // 4] - 1e-9 <= centre <= ordered[-1 - len(values) // 4] + 1e-9
    assert midmean(-values) == pytest.approx(-centre, abs=1e-9)
    assert midmean(values + 5) == pytest.approx(centre + 5, abs=1e-9)


def test_midmean_ignores_a_quarter_of_the_rounds_at_each_end():
    values = np.arange(8.0)
    wild = values.copy()
    wild[:2], wild[-2:] = -1e9, 1e9
    assert midmean(wild) == midmean(values)


def test_midmean_works_along_the_last_axis():
    values = np.random.default_rng(1).normal(size=(3, 4, 7))
    assert midmean(values).shape == (3, 4)
    assert midmean(values)[1, 2] == pytest.approx(midmean(values[1, 2]))
