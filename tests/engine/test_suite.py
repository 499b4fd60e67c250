"""The suite of the self-test: what comes when, what words pick, and how long it takes."""

import itertools
from collections import Counter

import pytest

from bench.domain.effort import EFFORTS
from bench.engine.suite import expected_seconds, fitting, narrowed, plan, suite, words
from bench.errors import UsageError
from bench.statistics.error_rates import Kind

ISSUED = {
    "effort": {"glance", "quick", "default", "publish"},
    "planted": {0.0, 0.002, 0.005, 0.01, 0.02, 0.05},
    "threads": {1, 2},
    "batch": {1, 128},
    "rows": {2, 4},
    "beside": {"idle", "half-duty"},
    "held": {"turns", "runs", "anchor"},
}


def kinds(stages):
    return [kind for stage in stages for kind in stage]


@pytest.mark.parametrize("name", ISSUED)
def test_the_suite_varies_all_that_error_rates_are_published_for(name):
    assert {getattr(kind, name) for kind in kinds(suite())} == ISSUED[name]


def test_every_effort_has_every_slowdown():
    have = {(kind.effort, kind.planted) for kind in kinds(suite()) if words(kind)[2] == "plain"}
    assert have == set(itertools.product(ISSUED["effort"], ISSUED["planted"]))


def test_a_hundred_trials_hold_four_hundred_pairs_of_the_same_at_quick_and_those_come_first():
    whole = plan(suite(), 100, 1, whole=True)
    counts = Counter(kind for _, kind in whole.turns())
    usual = Kind("quick", 0.0)
    assert counts.pop(usual) == 400
    assert set(counts.values()) == {100}
    assert whole.size == 400 + sum(counts.values())
    first = [kind for _, kind in itertools.islice(whole.turns(), 6)]
    assert Counter(kind.planted for kind in first) == {0.0: 4, 0.01: 1, 0.02: 1}


def test_trials_of_a_stage_take_turns_and_are_numbered_by_kind():
    (stage,) = narrowed(suite(), ["default", "A/A", "1%"])
    turns = list(plan([stage], 2, 1).turns())
    assert [number for number, _ in turns] == [0, 0, 1, 1]
    assert [kind.planted for _, kind in turns] == [0.0, 0.01, 0.0, 0.01]


def test_words_of_one_sort_are_alternatives_and_each_sort_narrows():
    left = kinds(narrowed(suite(), ["quick", "glance", "A/A", "plain"]))
    assert set(left) == {Kind("quick", 0.0), Kind("glance", 0.0)}
    assert {kind.threads for kind in kinds(narrowed(suite(), ["threads"]))} == {2}


@pytest.mark.parametrize(
    ("only", "said"),
    [(["fast"], "--only fast is no part"), (["glance", "rows"], "no trials that are glance, rows")],
)
def test_words_that_pick_nothing_are_wrong_usage(only, said):
    with pytest.raises(UsageError, match=said):
        narrowed(suite(), only)


def test_on_one_cpu_there_are_no_trials_of_two_threads():
    assert {kind.threads for kind in kinds(fitting(suite(), 1))} == {1}
    with pytest.raises(UsageError, match="1 CPU is usable"):
        fitting(narrowed(suite(), ["threads"]), 1)


def test_the_time_that_is_said_grows_with_what_is_run():
    times = [expected_seconds(Kind(name, 0.0), EFFORTS) for name in EFFORTS]
    assert times == sorted(times)
    assert expected_seconds(Kind("quick", 0.0, rows=4), EFFORTS) == 2 * times[1]
    two = plan(suite(), 2, 1).seconds()
    assert two == pytest.approx(2 * plan(suite(), 1, 1).seconds())
