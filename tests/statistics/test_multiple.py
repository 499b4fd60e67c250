"""Holm's correction against worked examples, its definition and its promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.estimate import p_value
from bench.statistics.multiple import corrected, holm_adjusted, holm_levels
from bench.statistics.replicates import estimate_logs
from bench.statistics.verdict import flagged

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def test_worked_example():
    assert holm_adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    # 0.005 < 0.05/4, 0.01 < 0.05/3, then 0.03 > 0.05/2 fails and takes 0.04 with it.
    levels = holm_levels([0.01, 0.04, 0.03, 0.005])
    assert levels == pytest.approx([1 - 0.05 / 3, 0.975, 0.975, 0.9875])


@given(p_values)
def test_levels_reject_exactly_what_adjusted_p_values_reject(values):
    adjusted = holm_adjusted(values)
    rejected = np.array(values) <= 1 - holm_levels(values)
    near = np.abs(adjusted - 0.05) < 1e-9
    assert np.all((rejected == (adjusted <= 0.05)) | near)


@given(p_values)
def test_adjusted_p_values_lie_between_raw_and_bonferroni(values):
    adjusted = holm_adjusted(values)
    assert np.all(adjusted >= values)
    assert np.all(adjusted <= np.minimum(1, np.array(values) * len(values)) + 1e-15)


def test_one_comparison_is_not_corrected():
    assert holm_adjusted([0.03]) == pytest.approx([0.03])
    assert holm_levels([0.03]) == pytest.approx([0.95])


def test_no_comparison():
    assert corrected([]) == []


def tables(count, size, shift, seed):
    generator = np.random.default_rng(seed)
    for _ in range(count):
        values = generator.normal(shift, 0.01, size=(size, 5))
        yield [estimate_logs([np.array([value]) for value in row]) for row in values]


def test_intervals_exclude_one_exactly_where_holm_rejects():
    for ratios in tables(200, 4, shift=0.01, seed=1):
        adjusted = holm_adjusted([p_value(ratio) for ratio in ratios])
        wide = corrected(ratios)
        assert [flagged(ratio) for ratio in wide] == [bool(p <= 0.05) for p in adjusted]
        for ratio, corrected_ratio in zip(ratios, wide, strict=True):
            assert corrected_ratio.low <= ratio.low < ratio.high <= corrected_ratio.high


def test_a_table_without_differences_is_flagged_as_rarely_as_one_pair():
    raw, held = [], []
    for ratios in tables(2000, 5, shift=0.0, seed=2):
        raw.append(any(flagged(ratio) for ratio in ratios))
        held.append(any(flagged(ratio) for ratio in corrected(ratios)))
    assert np.mean(raw) > 0.18
    assert 0.035 <= np.mean(held) <= 0.065
