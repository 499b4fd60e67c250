"""Monte Carlo: how often the truly fastest is among those that may be it."""

import math

import numpy as np
import pytest

from bench.statistics.best import may_be_best
from bench.statistics.replicates import estimate_logs

TRIALS = 400


def estimate(values):
    return estimate_logs([np.array([value]) for value in values])


def kept(logs):
    """Which rows of log seconds (rows, replicates) may be the fastest."""
    leader = int(np.argmin(logs.mean(axis=1)))
    others = [row for row in range(len(logs)) if row != leader]
    open_ = may_be_best([estimate(logs[row] - logs[leader]) for row in others])
    return {leader, *(row for row, may in zip(others, open_, strict=True) if may)}


@pytest.mark.parametrize(
    ("lead", "deviations"),
    [
        (0.0, [0.01] * 5),
        (0.0, [0.03, 0.001, 0.002, 0.03, 0.001]),
        (0.005, [0.01] * 5),
        (0.001, [0.01, 0.001, 0.001, 0.001, 0.001]),
    ],
)
def test_the_truly_fastest_of_five_is_among_those_that_are_left(lead, deviations):
    generator = np.random.default_rng(5)
    truth = np.array([-lead, 0, 0, 0, 0])
    held = 0
    for _ in range(TRIALS):
        logs = truth[:, None] + generator.normal(0, np.array(deviations)[:, None], size=(5, 5))
        held += 0 in kept(logs)
    assert held / TRIALS >= 0.95 - 0.02  # two standard errors of 400 trials


def test_the_leader_alone_misses_the_fastest_most_of_the_time():
    """What the set is for: five alike, and the one with the smallest estimate is any of them."""
    generator = np.random.default_rng(5)
    leaders = np.argmin(generator.normal(size=(TRIALS, 5, 5)).mean(axis=2), axis=1)
    assert np.mean(leaders == 0) < 0.3


def test_those_that_are_surely_slower_are_ruled_out():
    generator = np.random.default_rng(6)
    logs = np.array([0.0, 0.05, 0.002])[:, None] + generator.normal(0, 0.003, size=(3, 10))
    assert kept(logs) == {0, 2}


def test_one_replicate_rules_nothing_out():
    assert may_be_best([estimate([math.log(2.0)])]) == [True]
    assert may_be_best([]) == []
