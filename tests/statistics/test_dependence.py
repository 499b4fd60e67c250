"""Effective sizes of samples that processes share, and the coverage that they restore."""

import numpy as np
import pytest

from bench.statistics.clustering import clustered_size
from bench.statistics.percentiles import NotEstimable, percentile


def test_clustered_size_of_independent_samples_pays_only_for_few_replicates():
    generator = np.random.default_rng(3)
    many = [generator.normal(size=200) for _ in range(200)]
    assert 0.75 * 40_000 < clustered_size(many, 0.0) <= 40_000
    assert clustered_size(many[:3], 0.0) <= 600 * (1.96 / 4.30) ** 2 + 1


def test_clustered_size_of_processes_that_share_nothing_within():
    """Samples that are constant in their process are worth one each."""
    replicates = [np.full(1000, value) for value in np.linspace(-1, 1, 100)]
    assert clustered_size(replicates, 0.0) == pytest.approx(100, abs=5)


def test_clustered_size_in_closed_form():
    """Shares 0.3 to 0.7 have a mean with variance 0.005; 0.25 / 0.005 (1.96 / 2.776)^2 = 24.9."""
    replicates = [np.repeat([0.0, 1.0], [below, 1000 - below]) for below in range(300, 701, 100)]
    assert clustered_size(replicates, 0.5) == 24


def test_one_replicate_says_nothing_about_others():
    assert clustered_size([np.arange(1000.0)], 500.0) == 0


def clustered_coverage(trials, widened):
    """Of the 90th percentile of calls whose process adds an effect as large as their noise."""
    generator = np.random.default_rng(4)
    truth = 1.2815515655446004 * np.sqrt(2)
    estimates = []
    for _ in range(trials):
        processes = generator.normal(size=(40, 1)) + generator.normal(size=(40, 500))
        pooled = processes.ravel()
        size = clustered_size(processes, np.quantile(pooled, 0.9)) if widened else None
        estimates.append(percentile(pooled, 0.9, effective_size=size))
    estimates = [e for e in estimates if not isinstance(e, NotEstimable)]
    assert len(estimates) > 0.9 * trials
    return np.mean([e.low <= truth <= e.high for e in estimates])


def test_the_clustered_size_restores_the_coverage_over_processes():
    assert clustered_coverage(400, widened=False) < 0.4
    assert 0.925 <= clustered_coverage(400, widened=True) <= 0.985
