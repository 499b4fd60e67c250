"""The order of the rounds."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.domain.effort import DEFAULT, GLANCE, LEAST_ROUNDS, PUBLISH, QUICK
from bench.engine.schedule import (
    LEAST_GPU_SLOT,
    cpus,
    opening_calls,
    opening_order,
    round_count,
    rounds,
    slot_seconds,
    untimed_seconds,
    waking_seconds,
)

CASES = st.lists(st.integers(0, 100), unique=True, max_size=8)


@given(CASES, st.integers(0, 10), st.integers(0, 2**32), st.integers(0, 50))
def test_every_round_visits_every_case_once(cases, count, seed, replicate):
    made = list(rounds(cases, count, seed, replicate))
    assert len(made) == count
    assert all(sorted(order) == sorted(cases) for order in made)


@given(CASES, st.integers(0, 2**32), st.integers(0, 50))
def test_seed_and_replicate_alone_make_the_order(cases, seed, replicate):
    assert list(rounds(cases, 5, seed, replicate)) == list(rounds(cases, 5, seed, replicate))


def test_the_order_varies_between_rounds_replicates_and_seeds():
    cases = range(6)
    orders = [tuple(order) for order in rounds(cases, 40, seed=1, replicate=0)]
    assert len(set(orders[::2])) > 15
    assert list(rounds(cases, 20, 1, 1)) != list(rounds(cases, 20, 1, 0))
    assert list(rounds(cases, 20, 2, 0)) != list(rounds(cases, 20, 1, 0))


def test_each_of_two_cases_comes_first_as_often():
    for replicate in range(10):
        assert [order[0] for order in rounds([0, 1], 40, 5, replicate)].count(0) == 20


def test_which_of_two_cases_begins_is_by_chance():
    begins = [next(rounds([0, 1], 2, 5, replicate))[0] for replicate in range(200)]
    assert 70 < sum(begins) < 130


@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_case_comes_after_itself_as_often_as_after_each_other_one(count):
    """Or who slows the slot behind its own would slow others more often than itself."""
    before = numpy.zeros((count, count))
    for replicate in range(200):
        order = [case for each in rounds(range(count), 40, 1, replicate) for case in each]
        numpy.add.at(before, (order[1:], order[:-1]), 1)
    assert before / before.sum(axis=1) == pytest.approx(
        numpy.full(before.shape, 1 / count), abs=0.015
    )


@pytest.mark.parametrize(
    ("median", "seconds"),
    [(1e-6, 0.005), (0.002, 0.005), (0.004, 0.010), (0.05, 0.125), (3.0, 0.125)],
)
def test_a_slot_lasts_three_calls_within_bounds(median, seconds):
    assert slot_seconds(median) == pytest.approx(seconds)


def test_fast_calls_open_a_slot():
    assert (opening_calls(0.0009), opening_calls(0.001), opening_calls(1.0)) == (3, 0, 0)


def test_slow_calls_are_made_for_their_time_alone():
    assert (waking_seconds(0.019), waking_seconds(0.02)) == (0.001, 0.0)


@pytest.mark.parametrize(
    ("slowest", "count"),
    [(1e-6, 48), (0.004, 48), (0.05, 20), (0.5, LEAST_ROUNDS), (30.0, LEAST_ROUNDS)],
)
@pytest.mark.parametrize("effort", [QUICK, DEFAULT, PUBLISH])
def test_slow_models_get_fewer_rounds(slowest, count, effort):
    assert round_count(effort, 48, slowest) == count


@pytest.mark.parametrize(
    ("slowest", "count"), [(1e-6, 16), (0.018, 16), (0.05, 6), (0.18, 4), (0.2, 2), (30.0, 2)]
)
def test_a_glance_has_fewer_rounds_of_slow_models(slowest, count):
    assert round_count(GLANCE, 16, slowest) == count


def test_no_replicate_has_more_rounds_than_its_effort():
    assert round_count(DEFAULT, 2, 30.0) == 2


@given(CASES, st.integers(0, 2**32), st.integers(0, 50))
def test_every_second_round_is_the_reverse_of_the_one_before(cases, seed, replicate):
    made = list(rounds(cases, 6, seed, replicate))
    assert made[1::2] == [order[::-1] for order in made[::2]]


@pytest.mark.parametrize(
    ("threads", "turns"),
    [(1, [[0], [2], [5], [0]]), (2, [[0, 2], [5, 0], [2, 5]]), (3, [[0, 2, 5]]), (9, [[0, 2, 5]])],
)
def test_all_cases_of_a_replicate_share_cpus_and_every_cpu_has_a_turn(threads, turns):
    assert [cpus([0, 2, 5], threads, number) for number in range(len(turns))] == turns


def test_slots_on_a_gpu_are_longer_and_fewer():
    assert slot_seconds(1e-5, LEAST_GPU_SLOT) == LEAST_GPU_SLOT == 0.05
    assert slot_seconds(0.03, LEAST_GPU_SLOT) == slot_seconds(0.03)
    assert round_count(DEFAULT, 100, 1e-5, LEAST_GPU_SLOT) == 50
    assert round_count(DEFAULT, 100, 1e-5) == 100


@given(CASES, st.integers(0, 2**32), st.integers(0, 50))
def test_sessions_are_opened_in_an_order_and_in_its_reverse(cases, seed, pair):
    order = opening_order(cases, seed, 2 * pair)
    assert sorted(order) == sorted(cases)
    assert opening_order(cases, seed, 2 * pair + 1) == order[::-1]


def test_each_case_is_opened_in_each_place_as_often():
    places = numpy.array([opening_order(range(3), 1, replicate) for replicate in range(600)])
    counts = [numpy.bincount(column) for column in places.T]
    assert counts == [pytest.approx([200] * 3, abs=30)] * 3


def test_the_first_sessions_are_opened_in_the_order_of_the_plan():
    assert opening_order([4, 2, 7], 1, 0) == [4, 2, 7]


def test_a_slot_on_a_gpu_waits_until_its_clock_is_up():
    on_cpu, on_gpu = untimed_seconds(1e-3, 1), untimed_seconds(1e-3, 1, "cuda")
    assert on_gpu - on_cpu == pytest.approx(0.05)
