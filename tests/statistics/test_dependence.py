"""Values that resemble their neighbours or their process, and the coverage that this costs."""

import math

import numpy as np
import pytest

from bench.statistics.clustering import clustered_size
from bench.statistics.dependence import dependent_error
from bench.statistics.distributions import student_t_quantile
from bench.statistics.percentiles import NotEstimable, percentile


def shares(replicates, threshold):
    return np.array([(np.asarray(samples) <= threshold).mean() for samples in replicates])


def sized(replicates, threshold):
    return clustered_size(shares(replicates, threshold), sum(map(len, replicates)))


def test_clustered_size_of_independent_samples_pays_only_for_few_replicates():
    generator = np.random.default_rng(3)
    many = [generator.normal(size=200) for _ in range(200)]
    assert 0.7 * 40_000 < sized(many, 0.0) <= 40_000
    assert sized(many[:3], 0.0) <= 600 * (1.96 / 4.30) ** 2 + 1


def test_clustered_size_of_processes_that_share_nothing_within():
    """Samples that are constant in their process are worth one each, or less if in a row."""
    values = np.random.default_rng(5).permutation(np.linspace(-1, 1, 100))
    assert 70 < sized([np.full(1000, value) for value in values], 0.0) <= 100
    assert sized([np.full(1000, value) for value in np.sort(values)], 0.0) < 20


def test_clustered_size_in_closed_form():
    """Replicates that agree are worth their samples; Student's t pays for there being five."""
    assert clustered_size(np.full(5, 0.5), 5000) == int(5000 * (1.959964 / 2.776445) ** 2)


def test_one_replicate_says_nothing_about_others():
    assert clustered_size(np.array([0.5]), 1000) == 0


def clustered_coverage(trials, widened):
    """Of the 90th percentile of calls whose process adds an effect as large as their noise."""
    generator = np.random.default_rng(4)
    truth = 1.2815515655446004 * np.sqrt(2)
    estimates = []
    for _ in range(trials):
        processes = generator.normal(size=(40, 1)) + generator.normal(size=(40, 500))
        pooled = processes.ravel()
        size = sized(processes, np.quantile(pooled, 0.9)) if widened else None
        estimates.append(percentile(pooled, 0.9, effective_size=size))
    estimates = [e for e in estimates if not isinstance(e, NotEstimable)]
    assert len(estimates) > 0.9 * trials
    return np.mean([e.low <= truth <= e.high for e in estimates])


def test_the_clustered_size_restores_the_coverage_over_processes():
    assert clustered_coverage(400, widened=False) < 0.4
    assert 0.925 <= clustered_coverage(400, widened=True) <= 0.995


def autoregression(correlation, replicates, trials=400):
    """Values (trials, replicates) about 0 whose neighbours correlate so."""
    generator = np.random.default_rng([round(100 * correlation), replicates])
    values = generator.normal(size=(trials, replicates))
    for place in range(1, replicates):
        shock = math.sqrt(1 - correlation**2) * values[:, place]
        values[:, place] = correlation * values[:, place - 1] + shock
    return values


def covered(correlation, replicates, error):
    values = autoregression(correlation, replicates)
    reach = student_t_quantile(0.975, replicates - 1) * np.array([error(row) for row in values])
    return np.mean(np.abs(values.mean(axis=1)) <= reach)


def independent_error(values):
    return values.std(ddof=1) / math.sqrt(len(values))


def test_neighbours_that_resemble_each_other_are_what_the_plain_interval_misses():
    assert covered(0.7, 10, independent_error) < 0.65


@pytest.mark.parametrize("replicates", [5, 10, 20, 40])
def test_replicates_as_correlated_as_was_seen_are_covered(replicates):
    """94 to 96 %, give or take what 400 trials leave open."""
    assert 0.93 <= covered(0.7, replicates, dependent_error) <= 0.985


@pytest.mark.parametrize("replicates", [5, 40])
def test_what_is_left_open_where_they_are_more_correlated_than_was_seen(replicates):
    assert 0.84 <= covered(0.8, replicates, dependent_error) <= 0.95


@pytest.mark.parametrize("replicates", [5, 10, 20])
@pytest.mark.parametrize("correlation", [0.0, 0.4])
def test_less_correlated_ones_are_covered_more_often_where_they_are_few(correlation, replicates):
    assert covered(correlation, replicates, dependent_error) >= 0.95


def test_with_many_replicates_the_price_of_not_knowing_the_correlation_is_small():
    values = autoregression(0.0, 200, trials=20)
    ratios = [dependent_error(row) / independent_error(row) for row in values]
    assert min(ratios) >= 0.98
    assert np.median(ratios) <= 1.15


def test_the_error_follows_the_unit_and_needs_two_values():
    values = autoregression(0.5, 12, trials=1)[0]
    assert dependent_error(1e-6 * values) == pytest.approx(1e-6 * dependent_error(values))
    assert dependent_error(values + 3) == pytest.approx(dependent_error(values))
    assert dependent_error(np.full(5, 7.0)) == 0
    assert dependent_error(np.array([1.0])) == math.inf
