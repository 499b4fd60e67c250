"""Corrections for several comparisons against worked examples, definitions and promises."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.multiple import holm_adjusted, level_of_each, simultaneous
from bench.statistics.replicates import estimate_logs

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def test_worked_example():
    assert holm_adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(p_values)
def test_adjusted_p_values_reject_as_the_steps_do(values):
    """The k-th smallest of m is held against 0.05 / (m - k + 1), up to the first that fails."""
    adjusted = holm_adjusted(values)
    going = True
    for step, index in enumerate(np.argsort(values, kind="stable")):
        going = going and values[index] <= 0.05 / (len(values) - step)
        assert going == (adjusted[index] <= 0.05) or abs(adjusted[index] - 0.05) < 1e-9


@given(p_values)
def test_adjusted_p_values_lie_between_raw_and_bonferroni(values):
    adjusted = holm_adjusted(values)
    assert np.all(adjusted >= values)
    assert np.all(adjusted <= np.minimum(1, np.array(values) * len(values)) + 1e-15)


def test_one_comparison_is_not_corrected():
    assert holm_adjusted([0.03]) == pytest.approx([0.03])
    assert level_of_each(1) == pytest.approx(0.95)


def test_no_comparison():
    assert simultaneous([]) == []


def tables(count, size, shift, seed):
    """Ratios of `size` rows to the same baseline, so that they depend on each other."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        rows = generator.normal(0, 0.01, size=(size + 1, 5))
        rows[size // 2 + 1 :] += shift
        yield [estimate_logs([np.array([value]) for value in row - rows[0]]) for row in rows[1:]]


def test_a_table_has_one_level_whatever_its_rows_differ_by():
    for ratios in tables(20, 4, shift=0.1, seed=1):
        wide = simultaneous(ratios)
        assert {ratio.level for ratio in wide} == {1 - 0.05 / 4}
        for ratio, whole in zip(ratios, wide, strict=True):
            assert whole.low < ratio.low < ratio.high < whole.high


@pytest.mark.parametrize("shift", [0.0, 0.05])
def test_all_intervals_of_a_table_hold_at_once(shift):
    """Without differences, and where half of the rows differ: a stepwise level fails the latter."""
    size, held = 4, []
    truth = [0.0] * (size // 2) + [shift] * (size - size // 2)
    for ratios in tables(2000, size, shift, seed=2):
        wide = simultaneous(ratios)
        held.append(all(r.low <= math.exp(at) <= r.high for r, at in zip(wide, truth, strict=True)))
    assert 0.94 <= np.mean(held) <= 0.99
