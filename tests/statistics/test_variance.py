"""Variance components and the rounds that they make worth their time."""

import numpy as np
import pytest

from bench.statistics.rounds import midmean
from bench.statistics.variance import Components, best_rounds, components, deviation_by_rounds


def test_components_in_closed_form():
    # Means 1 and 4, three rounds each: MS within = 1, MS between = 13.5, between = 12.5 / 3.
    variances = components([np.array([0.0, 1.0, 2.0]), np.array([3.0, 4.0, 5.0])])
    assert (variances.within, variances.between) == pytest.approx((1.0, 12.5 / 3))


def test_components_are_unbiased_with_unequal_replicates():
    generator = np.random.default_rng(1)
    estimates = []
    for _ in range(3000):
        rounds = [generator.normal(generator.normal(0, 2), 3, size) for size in (2, 5, 9, 4, 12)]
        estimates.append(components(rounds))
    assert np.mean([e.within for e in estimates]) == pytest.approx(9, rel=0.03)
    assert np.mean([e.between for e in estimates]) == pytest.approx(4, rel=0.1)


def test_variance_between_processes_is_never_negative():
    assert components([np.array([0.0, 2.0]), np.array([2.0, 0.0])]) == Components(0.0, 2.0)


@pytest.mark.parametrize("rounds", [[np.array([1.0, 2.0])], [np.array([1.0]), np.array([2.0])], []])
def test_too_few_values_are_refused(rounds):
    with pytest.raises(ValueError, match="two replicates"):
        components(rounds)


def test_best_rounds_minimise_variance_times_seconds():
    variances, start, each = Components(between=2e-6, within=5e-5), 0.6, 0.02

    def cost(count):
        return (variances.between + variances.within / count) * (start + count * each)

    exact = np.sqrt(start / each * variances.within / variances.between)
    chosen = best_rounds(variances, start, each, most=100)
    assert chosen == int(np.ceil(exact))
    assert min(range(1, 101), key=cost) == pytest.approx(chosen, abs=1)


def test_best_rounds_have_bounds():
    assert best_rounds(Components(0.0, 1.0), 1.0, 1.0, most=40) == 40
    assert best_rounds(Components(1e-9, 1.0), 1.0, 1.0, most=40) == 40
    assert best_rounds(Components(1.0, 0.0), 1.0, 1.0, most=40) == 1


@pytest.mark.parametrize("count", [2, 8, 48])
def test_the_scatter_of_rounds_tells_how_far_their_midmeans_lie_apart(count):
    replicates = list(np.random.default_rng(1).normal(0, 0.01, (2000, count)))
    apart = np.std([midmean(values) for values in replicates])
    assert deviation_by_rounds(replicates) == pytest.approx(apart, rel=0.15)
    assert deviation_by_rounds([values[:1] for values in replicates]) == 0
