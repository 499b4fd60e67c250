"""Accuracy intervals and the paired test against scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.statistics.proportions import mcnemar_p_value, wilson_interval


@given(st.integers(1, 20_000), st.data())
def test_wilson_matches_scipy(total, data):
    correct = data.draw(st.integers(0, total))
    expected = stats.binomtest(correct, total).proportion_ci(method="wilson")
    low, high = wilson_interval(correct, total)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= low <= correct / total <= high <= 1


@pytest.mark.parametrize(("correct", "total"), [(0, 0), (-1, 5), (6, 5)])
def test_an_impossible_accuracy_is_refused(correct, total):
    with pytest.raises(ValueError, match="not an accuracy"):
        wilson_interval(correct, total)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_matches_the_exact_binomial_test(first, second):
    differing = first + second
    expected = stats.binomtest(first, differing).pvalue if differing else 1.0
    assert mcnemar_p_value(first, second) == pytest.approx(expected, rel=1e-8)
