"""The two-level bootstrap against Student's t and its own promise."""

import math

import numpy as np
import pytest

from bench.statistics.bootstrap import bootstrap_interval
from bench.statistics.replicates import estimate_logs


def simulated(generator, replicates=10, rounds=8, between=0.02, within=0.01):
    processes = generator.normal(0, between, replicates)
    return [process + generator.normal(0, within, rounds) for process in processes]


def test_it_agrees_with_students_t_where_values_are_normal():
    generator = np.random.default_rng(1)
    widths = []
    for seed in range(100):
        rounds = simulated(generator)
        estimate = estimate_logs(rounds)
        low, high = bootstrap_interval(rounds, seed, draws=2000)
        assert low < estimate.value < high
        widths.append(math.log(high / low) / math.log(estimate.high / estimate.low))
    assert np.mean(widths) == pytest.approx(1, abs=0.08)


def test_coverage():
    generator = np.random.default_rng(2)
    hits = []
    for seed in range(500):
        low, high = bootstrap_interval(simulated(generator), seed, draws=1000)
        hits.append(low <= 1 <= high)
    assert 0.925 <= np.mean(hits) <= 0.98


def test_the_same_seed_gives_the_same_interval():
    rounds = simulated(np.random.default_rng(3))
    assert bootstrap_interval(rounds, 7) == bootstrap_interval(rounds, 7)
    assert bootstrap_interval(rounds, 7) != bootstrap_interval(rounds, 8)


def test_both_levels_are_resampled():
    alike = [np.array([-0.01, 0.0, 0.0, 0.01])] * 6
    constant = [np.full(4, value) for value in np.linspace(-0.01, 0.01, 6)]
    for rounds in (alike, constant):
        low, high = bootstrap_interval(rounds, seed=1)
        assert low < 1 < high


def test_replicates_may_have_different_numbers_of_rounds():
    rounds = [np.full(3, 0.2), np.full(9, 0.2), np.full(1, 0.2)]
    assert bootstrap_interval(rounds, seed=1) == pytest.approx((math.exp(0.2),) * 2)


def test_one_replicate_has_no_bounds_and_none_is_refused():
    assert bootstrap_interval([np.array([1.0, 2.0])], seed=1) == (0, math.inf)
    with pytest.raises(ValueError, match="at least one round"):
        bootstrap_interval([], seed=1)
