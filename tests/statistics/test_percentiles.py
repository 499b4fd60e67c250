"""Order-statistic intervals: minimum sizes, exact coverage, dependence, refusal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.statistics.percentiles import (
    NotEstimable,
    Percentile,
    interval_ranks,
    percentile,
    quantile,
    samples_needed,
)

fractions = st.sampled_from([0.01, 0.1, 0.25, 0.5, 0.9, 0.99])


@pytest.mark.parametrize(
    ("fraction", "needed"), [(0.5, 6), (0.1, 36), (0.9, 36), (0.99, 368), (0.999, 3688)]
)
def test_samples_needed(fraction, needed):
    assert samples_needed(fraction) == needed
    enough = percentile(np.arange(needed), fraction)
    assert isinstance(enough, Percentile)
    assert percentile(np.arange(needed - 1), fraction) == NotEstimable(fraction, needed - 1, needed)


@given(fractions, st.integers(0, 3000), st.sampled_from([0.9, 0.95, 0.99]))
def test_ranks_are_the_shortest_with_half_the_error_in_each_tail(fraction, extra, level):
    n = samples_needed(fraction, level) + extra
    lower, upper = interval_ranks(n, fraction, level)
    tail = (1 - level) / 2
    assert 1 <= lower < upper <= n
    below = stats.binom(n, fraction)
    assert below.cdf(lower - 1) <= tail < below.cdf(lower)
    assert below.sf(upper - 1) <= tail < below.sf(upper - 2)


@given(fractions, st.integers(0, 500), st.integers(0, 2**32))
def test_the_point_lies_inside_its_interval(fraction, extra, seed):
    samples = np.random.default_rng(seed).pareto(1.5, samples_needed(fraction) + extra)
    estimate = percentile(samples, fraction)
    assert estimate.low <= estimate.value <= estimate.high


def test_the_point_is_median_unbiased():
    """Hyndman and Fan's definition 8: half of all samples fall on either side, also when skewed."""
    samples = np.random.default_rng(3).exponential(size=(20_000, 40))
    points = np.array([percentile(row, 0.9).value for row in samples])
    assert np.mean(points > -np.log(0.1)) == pytest.approx(0.5, abs=0.015)


@pytest.mark.parametrize(("fraction", "n"), [(0.5, 25), (0.9, 60), (0.99, 500)])
def test_coverage_is_exact_for_any_distribution(fraction, n):
    samples = np.random.default_rng(4).pareto(1.1, size=(20_000, n))
    lower, upper = interval_ranks(n, fraction)
    truth = (1 - fraction) ** (-1 / 1.1) - 1
    ordered = np.sort(samples, axis=1)
    covered = np.mean((ordered[:, lower - 1] <= truth) & (truth <= ordered[:, upper - 1]))
    exact = stats.binom.cdf(upper - 1, n, fraction) - stats.binom.cdf(lower - 1, n, fraction)
    assert exact >= 0.95
    assert covered == pytest.approx(exact, abs=0.006)
    low, high = percentile(samples[0], fraction).low, percentile(samples[0], fraction).high
    assert (low, high) == (ordered[0, lower - 1], ordered[0, upper - 1])


def test_dependent_samples_widen_the_interval():
    samples = np.random.default_rng(5).exponential(size=4000)
    independent = percentile(samples, 0.9)
    dependent = percentile(samples, 0.9, effective_size=400)
    assert dependent.low < independent.low < independent.high < dependent.high
    assert (dependent.value, dependent.n) == (independent.value, 400)
    assert percentile(samples, 0.99, effective_size=300) == NotEstimable(0.99, 300, 368)
    assert percentile(samples, 0.9, effective_size=5000) == independent


def test_a_million_samples():
    samples = np.arange(1_000_001, dtype=float)
    estimate = percentile(samples, 0.999)
    assert estimate.value == pytest.approx(999_000, abs=1)
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * 31.6, rel=0.03)


def test_samples_are_not_reordered():
    samples = np.arange(100)[::-1].copy()
    percentile(samples, 0.5)
    assert samples[0] == 99


def test_a_weight_counts_as_so_many_samples():
    samples = np.random.default_rng(6).exponential(size=500)
    twice = percentile(np.repeat(samples, 2), 0.9, effective_size=500)
    weighted = percentile(samples, 0.9, weights=np.full(500, 2.0))
    assert (weighted.low, weighted.high) == (twice.low, twice.high)
    assert weighted == percentile(samples, 0.9)
    assert quantile(np.array([1.0, 2.0, 9.0]), 0.5, np.array([1.0, 1.0, 20.0])) > 7


def test_slots_of_a_slow_period_weigh_by_their_time():
    """Half of the time is slow and holds a third of the calls: the median lies in between."""
    calls = np.concatenate([np.linspace(0.9, 1.1, 200), np.linspace(1.8, 2.2, 100)])
    by_slot = np.concatenate([np.full(200, 1 / 200), np.full(100, 1 / 100)])
    assert quantile(calls, 0.5) < 1.06
    assert 1.09 < quantile(calls, 0.5, by_slot) < 1.81
