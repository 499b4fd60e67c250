"""The distribution functions against scipy and closed forms."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import betainc

from bench.statistics.distributions import (
    binomial_cdf,
    normal_quantile,
    regularised_incomplete_beta,
    student_t_quantile,
    student_t_tail,
)

shapes = st.floats(0.05, 1e4)


@given(shapes, shapes, st.floats(0, 1))
def test_incomplete_beta_matches_scipy(a, b, x):
    value = regularised_incomplete_beta(a, b, x)
    assert value == pytest.approx(betainc(a, b, x), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("arguments", [(0, 1, 0.5), (1, -1, 0.5), (1, 1, -0.1), (1, 1, 1.1)])
def test_incomplete_beta_refuses_arguments_outside_its_domain(arguments):
    with pytest.raises(ValueError, match="needs a, b > 0"):
        regularised_incomplete_beta(*arguments)


@given(st.floats(-50, 50), st.floats(0.5, 500))
def test_student_t_matches_scipy(t, freedom):
    assert student_t_tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-10)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(1, 300))
def test_student_t_quantile_matches_scipy(probability, freedom):
    expected = stats.t.ppf(probability, freedom)
    assert student_t_quantile(probability, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.999])
def test_student_t_quantile_in_closed_form(probability):
    cauchy = math.tan(math.pi * (probability - 0.5))
    two = (2 * probability - 1) / math.sqrt(2 * probability * (1 - probability))
    assert student_t_quantile(probability, 1) == pytest.approx(cauchy, rel=1e-12)
    assert student_t_quantile(probability, 2) == pytest.approx(two, rel=1e-12)
    assert student_t_quantile(1 - probability, 2) == pytest.approx(-two, rel=1e-12)


@pytest.mark.parametrize("arguments", [(0, 3), (1, 3), (0.5, 0), (0.5, 0.9)])
def test_student_t_quantile_refuses_arguments_outside_its_domain(arguments):
    with pytest.raises(ValueError, match="no quantile"):
        student_t_quantile(*arguments)


@given(st.integers(1, 3000), st.data(), st.floats(0.001, 0.999))
def test_binomial_matches_scipy(trials, data, probability):
    successes = data.draw(st.integers(-1, trials))
    expected = stats.binom.cdf(successes, trials, probability)
    assert binomial_cdf(successes, trials, probability) == pytest.approx(expected, abs=1e-10)


def test_binomial_of_a_million_trials_matches_scipy():
    for successes in (498_000, 500_000, 501_000):
        expected = stats.binom.cdf(successes, 1_000_000, 0.5)
        assert binomial_cdf(successes, 1_000_000, 0.5) == pytest.approx(expected, rel=1e-7)


def test_normal_quantile():
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, rel=1e-12)
