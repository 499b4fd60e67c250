"""Monte Carlo: how often intervals from simulated machines are wrong."""

import math
from functools import cache

import numpy as np
import pytest

from bench.domain.effort import GLANCE
from bench.statistics.distributions import student_t_quantile
from bench.statistics.replicates import (
    estimate_mean,
    estimate_ratio,
    estimate_seconds,
    mean_and_standard_error,
)
from bench.statistics.rounds import midmean
from bench.statistics.verdict import flagged

TRIALS = 10_000
ROUNDS, CALLS = 20, 3

# Every world gives ln seconds of calls, apart from what a Case itself takes, in the shape (trials,
# replicates, rounds, cases, calls). The two Cases of a round run one after the other in random
# order, on one machine whose speed has a course.


def noise(generator, replicates, scale=0.01):
    return generator.normal(scale=scale, size=(TRIALS, replicates, ROUNDS, 2, CALLS))


def in_random_order(generator, course):
    """A course of the machine (trials, replicates, slots in time) as seen by each Case's slots."""
    slots = course.reshape(*course.shape[:2], ROUNDS, 2)
    swap = generator.random(slots.shape[:3]) < 0.5
    return np.where(swap[..., None], slots[..., ::-1], slots)[..., None]


def in_reversed_pairs(generator, course):
    """The same, but every second round runs in the reverse of the order before it."""
    slots = course.reshape(*course.shape[:2], ROUNDS // 2, 2, 2)
    swap = generator.random(slots.shape[:3])[..., None] < 0.5
    swap = np.concatenate([swap, ~swap], axis=-1)[..., None]
    return np.where(swap, slots[..., ::-1], slots).reshape(*course.shape[:2], ROUNDS, 2, 1)


def independent(generator, replicates):
    return noise(generator, replicates)


def heavy_tailed(generator, replicates):
    """Calls with infinite variance, and one in fifty ten times as long."""
    calls = 0.01 * generator.standard_t(1.5, size=noise(generator, replicates).shape)
    return calls + math.log(10) * (generator.random(calls.shape) < 0.02)


def drifting(generator, replicates):
    """5 % slower from the first slot of a replicate to its last."""
    course = np.linspace(0, 0.05, 2 * ROUNDS) * np.ones((TRIALS, replicates, 1))
    return noise(generator, replicates) + in_random_order(generator, course)


def drifting_fiercely(generator, replicates):
    """The same drift under noise so small that the order of slots decides each round."""
    course = np.linspace(0, 0.05, 2 * ROUNDS) * np.ones((TRIALS, replicates, 1))
    return noise(generator, replicates, 0.0002) + in_random_order(generator, course)


def stepping(generator, replicates):
    """Between two clock speeds, 5 % apart, at one slot in twelve."""
    switches = generator.random((TRIALS, replicates, 2 * ROUNDS)) < 1 / 12
    switches[..., 0] = generator.random((TRIALS, replicates)) < 1 / 2
    course = 0.05 * (switches.cumsum(axis=-1) % 2)
    return noise(generator, replicates) + in_random_order(generator, course)


def autocorrelated(generator, replicates):
    """Neighbouring slots correlate by 0.9, and half of the variance of calls is their slot's."""
    course = generator.normal(scale=0.02, size=(TRIALS, replicates, 2 * ROUNDS))
    for slot in range(1, 2 * ROUNDS):
        course[..., slot] = 0.9 * course[..., slot - 1] + math.sqrt(0.19) * course[..., slot]
    shared = noise(generator, replicates)[..., :1]
    return noise(generator, replicates) + shared + in_random_order(generator, course)


def process_level(generator, replicates):
    """Each worker process is faster or slower by 2 %, for as long as it lives."""
    processes = generator.normal(scale=0.02, size=(TRIALS, replicates, 1, 2, 1))
    return noise(generator, replicates) + processes


def two_process_states(generator, replicates):
    """Each worker process is, by chance, in a fast or in a 3 % slower memory layout."""
    states = 0.03 * (generator.random((TRIALS, replicates, 1, 2, 1)) < 0.5)
    return noise(generator, replicates) + states


def heavy_tailed_processes(generator, replicates):
    processes = 0.01 * generator.standard_t(2, size=(TRIALS, replicates, 1, 2, 1))
    return noise(generator, replicates) + processes


WORLDS = [
    independent,
    heavy_tailed,
    drifting,
    drifting_fiercely,
    stepping,
    autocorrelated,
    process_level,
]
ONE_SPEED = [world for world in WORLDS if world is not stepping]
CONSERVATIVE = [two_process_states, heavy_tailed_processes]


def slot_medians(world, replicates):
    """ln seconds (trials, replicates, rounds, cases) of an A/A pair."""
    generator = np.random.default_rng([*world.__name__.encode(), replicates])
    return np.median(world(generator, replicates), axis=-1)


def ratio_rounds(medians):
    return medians[..., 1] - medians[..., 0]


@cache
def replicate_values(world, replicates):
    """ln ratio of an A/A pair, and ln seconds of one of its Cases, both (trials, replicates)."""
    medians = slot_medians(world, replicates)
    return midmean(ratio_rounds(medians)), midmean(medians[..., 0])


def ratios(world, replicates):
    return replicate_values(world, replicates)[0]


def seconds(world, replicates):
    return replicate_values(world, replicates)[1]


def misses(values, truth):
    """Share of intervals over the last axis (..., replicates) that exclude the truth."""
    mean, error = mean_and_standard_error(values)
    reach = student_t_quantile(0.975, values.shape[-1] - 1) * error
    return float(np.mean(np.abs(mean - truth) > reach))


def seconds_covered(world, replicates):
    """Of what replicates take on average: a drift, say, moves it by half its course."""
    values = seconds(world, replicates)
    return 1 - misses(values, values.mean())


# The coverage of a planted ratio is 1 minus the share of A/A pairs flagged, exactly: what a Case
# takes shifts every logarithm by the same amount, and the interval with it.
@pytest.mark.parametrize("replicates", [3, 5, 10])
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_false_positives_of_a_ratio(world, replicates):
    assert 0.04 <= misses(ratios(world, replicates), truth=0.0) <= 0.06


@pytest.mark.parametrize("world", [*WORLDS, *CONSERVATIVE], ids=lambda world: world.__name__)
def test_a_glance_at_slow_models_errs_to_the_safe_side(world, monkeypatch):
    """Two rounds of one call, in an order and its reverse: replicates spread more, and say so."""
    monkeypatch.setitem(globals(), "ROUNDS", GLANCE.least_rounds)
    monkeypatch.setitem(globals(), "CALLS", 1)
    monkeypatch.setitem(globals(), "in_random_order", in_reversed_pairs)
    values = midmean(ratio_rounds(slot_medians(world, GLANCE.least)))
    assert 0.015 <= misses(values, truth=0.0) <= 0.055
    spread = values.std(axis=-1, ddof=1)
    judged = values[spread <= GLANCE.most_spread]
    assert misses(judged, truth=0.0) * len(judged) / TRIALS <= 0.055


@pytest.mark.parametrize("replicates", [3, 5, 10])
@pytest.mark.parametrize("world", CONSERVATIVE, ids=lambda world: world.__name__)
def test_where_replicates_are_far_from_normal_a_ratio_errs_to_the_safe_side(world, replicates):
    """Student's t keeps its promise and gives up power: 2.5 to 6 % flagged, not 4 to 6 %."""
    assert 0.025 <= misses(ratios(world, replicates), truth=0.0) <= 0.06


@pytest.mark.parametrize("replicates", [3, 5, 10])
@pytest.mark.parametrize("world", ONE_SPEED, ids=lambda world: world.__name__)
def test_coverage_of_seconds(world, replicates):
    """Of replicates that do not resemble their neighbours, by the plain interval."""
    assert 0.935 <= seconds_covered(world, replicates) <= 0.965


def wandering(generator, trials, replicates):
    """A machine whose speed wanders from replicate to replicate: neighbours correlate by 0.7."""
    course = generator.normal(scale=0.03, size=(trials, replicates))
    for place in range(1, replicates):
        course[:, place] = 0.7 * course[:, place - 1] + math.sqrt(0.51) * course[:, place]
    calls = generator.normal(scale=0.01, size=(trials, replicates, ROUNDS, 2, CALLS))
    return calls + course[..., None, None, None]


def test_seconds_of_a_machine_whose_speed_wanders():
    """The plain interval covers 60 % where it says 95 %; the one that is shown keeps its word."""
    calls = 1e-3 * np.exp(wandering(np.random.default_rng(7), 200, 10))
    plain = midmean(np.log(np.median(calls[..., 0, :], axis=-1)))
    assert misses(plain, math.log(1e-3)) > 0.35
    for estimate in (estimate_seconds, estimate_mean):
        made = [estimate(trial[:, :, 0]) for trial in calls]
        assert 0.92 <= np.mean([e.low <= 1e-3 <= e.high for e in made]) <= 0.99
    ratios = [estimate_ratio(trial[:, :, 0], trial[:, :, 1]) for trial in calls]
    assert np.mean([flagged(ratio) for ratio in ratios]) <= 0.08


@pytest.mark.parametrize("world", [stepping, two_process_states])
def test_seconds_on_a_machine_of_two_speeds_need_more_than_three_replicates(world):
    """Three replicates that happen to see the same speed know nothing of the other one."""
    assert 0.7 < seconds_covered(world, 3) < 0.935
    assert 0.93 <= seconds_covered(world, 10) <= 0.965


def test_the_planted_ratio_is_covered_and_found():
    planted = math.log(1.02)
    values = ratios(independent, 5) + planted
    assert 0.935 <= 1 - misses(values, planted) <= 0.965
    mean, error = mean_and_standard_error(values)
    assert np.mean(mean > student_t_quantile(0.975, 4) * error) > 0.96


def test_what_the_midmean_is_for():
    """The median over rounds breaks down where the order of slots decides each round."""
    medians = np.median(ratio_rounds(slot_medians(drifting_fiercely, 3)), axis=-1)
    assert misses(medians, truth=0.0) > 0.1


def test_what_reversing_every_second_round_is_for():
    """Under a drift every random order adds noise; an order and its reverse cancel it."""
    generator = np.random.default_rng(1)
    course = np.linspace(0, 0.05, 2 * ROUNDS) * np.ones((TRIALS, 3, 1))
    quiet = noise(generator, 3, 0.0002)
    spreads = []
    for arrange in (in_random_order, in_reversed_pairs):
        calls = quiet + arrange(generator, course)
        values = midmean(ratio_rounds(np.median(calls, axis=-1)))
        assert 0.04 <= misses(values, truth=0.0) <= 0.06
        spreads.append(values.std())
    assert spreads[1] < spreads[0] / 5


def test_what_replicates_are_for():
    """Rounds of one pair of processes say nothing about other processes."""
    assert misses(ratio_rounds(slot_medians(process_level, 3))[:, 0], truth=0.0) > 0.5


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_the_simulation_and_the_path_of_samples_are_the_same(world):
    """Some of the same trials, from seconds of calls to verdicts, through the public functions."""
    generator = np.random.default_rng([*world.__name__.encode(), 3])
    calls = 1e-3 * np.exp(world(generator, 3)[:100])
    for trial, values in zip(calls, ratios(world, 3), strict=False):
        ratio = estimate_ratio(trial[:, :, 0], trial[:, :, 1])
        assert math.log(ratio.value) == pytest.approx(values.mean(), abs=1e-12)
        assert flagged(ratio) == bool(misses(values, truth=0.0))
    for trial, values in zip(calls, seconds(world, 3), strict=False):
        typical = estimate_seconds(trial[:, :, 0])
        assert math.log(typical.value / 1e-3) == pytest.approx(values.mean(), abs=1e-12)
