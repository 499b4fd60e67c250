"""Races among simulated machines: what they lose, and what may be said of their winners."""

import math

import numpy

from bench.statistics.halving import LEAST, losers, visits
from bench.statistics.replicates import estimate_logs
from bench.statistics.verdict import verdict

REPLICATES, NOISE = 4, 0.01


def race(generator, truth, noise=NOISE):
    """The winner by its mean, and its mean, of a race of ln seconds over the yardstick's."""
    alive = list(range(len(truth)))
    told = {contender: [] for contender in alive}
    for replicate in range(1, REPLICATES + 1):
        for contender in alive:
            told[contender].append(generator.normal(truth[contender], noise))
        means = {contender: numpy.mean(told[contender]) for contender in alive}
        gone = losers(replicate, means)
        alive = [contender for contender in alive if contender not in gone]
    winner = min(alive, key=lambda contender: means[contender])
    return winner, means[winner]


def test_halves_leave_after_powers_of_two_and_two_stay():
    scores = {3: 0.03, 1: 0.01, 2: 0.02, 0: 0.0, 4: 0.04}
    assert losers(1, scores) == [3, 4]
    assert losers(3, scores) == []
    assert losers(4, {0: 0.0, 1: 0.1}) == []
    assert losers(1, {}) == []
    assert LEAST == 2


def test_those_beyond_reach_leave_after_any_replicate_the_nearer_the_later():
    scores = {0: 0.0, 1: 0.02, 2: 0.04, 3: 0.06, 4: 0.11}
    assert losers(3, scores) == [3, 4]
    assert losers(1, {**scores, 5: 0.05}) == [5, 3, 4], "the half, though it is in reach"
    assert losers(1, {0: 0.0, 1: 0.2, 2: 0.3, 3: 0.4}) == [2, 3], "two stay"


def test_visits_are_those_that_a_race_makes():
    # 24, then 12, then 6 twice, then 3 four times.
    assert visits(24, 8) == 24 + 12 + 2 * 6 + 4 * 3
    assert visits(1, 8) == 8


def test_what_wins_is_within_two_per_cent_of_the_best():
    generator = numpy.random.default_rng(1)
    regrets = []
    for _ in range(300):
        truth = generator.uniform(-0.7, 1.0, size=40)
        winner, _ = race(generator, truth)
        regrets.append(math.expm1(truth[winner] - truth.min()))
    assert numpy.mean(numpy.array(regrets) <= 0.02) >= 0.95


def test_nobody_good_leaves_where_processes_differ_much():
    """By 3 % each: what wins may be one of the near ones, and is seldom far from the best."""
    generator = numpy.random.default_rng(3)
    regrets = []
    for _ in range(300):
        truth = generator.uniform(-0.7, 1.0, size=40)
        winner, _ = race(generator, truth, noise=0.03)
        regrets.append(math.expm1(truth[winner] - truth.min()))
    assert numpy.mean(numpy.array(regrets) <= 0.05) >= 0.95


def test_the_race_flatters_its_winner_and_fresh_processes_do_not():
    """In a flat space: the winner's own rounds promise a gain, a confirmation finds none."""
    generator = numpy.random.default_rng(2)
    promised, said = [], []
    for _ in range(200):
        _, mean = race(generator, numpy.zeros(40))
        promised.append(mean)
        fresh = [numpy.array([value]) for value in generator.normal(0, NOISE, size=10)]
        said.append(verdict(estimate_logs(fresh)))
    assert numpy.mean(promised) < -0.004
    assert said.count("faster") <= 0.05 * len(said)
