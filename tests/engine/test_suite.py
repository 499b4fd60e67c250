"""The suite of the self-test: what comes when, what words pick, and how long it takes."""

import itertools
import json
from collections import Counter

import pytest

from bench.domain.effort import EFFORTS
from bench.engine.selftest import decode, encode
from bench.engine.sitting import Sitting
from bench.engine.suite import (
    expected_seconds,
    fitting,
    kinds_of,
    narrowed,
    pairs,
    plan,
    suite,
    words,
)
from bench.errors import UsageError
from bench.statistics.error_rates import TrialKind

ISSUED = {
    "effort": {"glance", "quick", "default", "publish"},
    "planted": {0.0, 0.002, 0.005, 0.01, 0.02, 0.05},
    "threads": {1, 2},
    "batch": {1, 128},
    "rows": {2, 4},
    "beside": {"idle", "half-duty"},
    "held": {"turns", "runs", "anchor"},
}


@pytest.mark.parametrize("name", ISSUED)
def test_the_suite_varies_all_that_error_rates_are_published_for(name):
    assert {getattr(kind, name) for kind in kinds_of(suite())} == ISSUED[name]


def test_every_effort_has_every_slowdown():
    have = {(kind.effort, kind.planted) for kind in kinds_of(suite()) if words(kind)[2] == "plain"}
    assert have == set(itertools.product(ISSUED["effort"], ISSUED["planted"]))


def test_a_hundred_trials_hold_enough_pairs_of_each_kind_and_take_less_than_three_hours():
    """A publish run has 20 replicates: four quick runs of 5, two of the default effort of 10."""
    whole = plan(suite(), 100, 1)
    counts = Counter()
    for _, sitting in whole.turns():
        longest = sitting.longest(whole.efforts).least
        for kind in sitting.kinds:
            counts[kind] += longest // whole.efforts[kind.effort].least
    for effort, least in {"quick": 400, "default": 200, "glance": 600, "publish": 100}.items():
        assert counts.pop(TrialKind(effort, 0.0)) == least
    cut = {kind: count for kind, count in counts.items() if count < 100}
    assert {kind.effort for kind in cut} == {"publish"}
    assert set(cut.values()) == {50}
    assert whole.seconds() < 3 * 3600


def test_the_most_telling_comes_first():
    _, first = next(plan(suite(), 100, 1).turns())
    assert {TrialKind("quick", 0.0), TrialKind("default", 0.0), TrialKind("quick", 0.02)} <= set(
        first.kinds
    )


def test_sittings_of_a_stage_take_turns_and_are_numbered_by_trial():
    (stage,) = pairs("default", [0.0, 0.01])
    turns = list(plan([stage], 2, 1).turns())
    assert [number for number, _ in turns] == [0, 0, 1, 1]
    assert [sitting.shares for _, sitting in turns] == [(0.0,), (0.01,)] * 2


def test_what_is_measured_for_every_second_trial_is_measured_half_as_often():
    stage = (Sitting(TrialKind("quick", 0.0), ("quick",), (0.0,), every=2),)
    assert [number for number, _ in plan([stage], 5, 1).turns()] == [0, 2, 4]


def test_a_sitting_without_its_longest_effort_is_measured_for_every_trial():
    """There are not several trials of a kind in it any more."""
    every = {
        effort: {s.every for stage in narrowed(suite(), [effort, "plain"]) for s in stage}
        for effort in ISSUED["effort"]
    }
    assert every == {"glance": {1}, "quick": {1}, "default": {1}, "publish": {2}}


def test_two_runs_alone_are_measured_without_an_anchor():
    ((sitting,),) = narrowed(suite(), ["runs"])
    assert sitting.like.held == "runs"
    assert {kind.held for kind in sitting.kinds} == {"runs"}


def test_a_plan_is_the_same_after_it_was_saved():
    whole = plan(suite(), 3, 7)
    assert decode(json.loads(json.dumps(encode(whole)))) == whole


def test_words_of_one_sort_are_alternatives_and_each_sort_narrows():
    left = kinds_of(narrowed(suite(), ["quick", "glance", "A/A", "plain"]))
    assert set(left) == {TrialKind("quick", 0.0), TrialKind("glance", 0.0)}
    assert {kind.threads for kind in kinds_of(narrowed(suite(), ["threads"]))} == {2}


@pytest.mark.parametrize(
    ("only", "said"),
    [(["fast"], "--only fast is no part"), (["glance", "rows"], "no trials that are glance, rows")],
)
def test_words_that_pick_nothing_are_wrong_usage(only, said):
    with pytest.raises(UsageError, match=said):
        narrowed(suite(), only)


def test_on_one_cpu_there_are_no_trials_of_two_threads():
    assert {kind.threads for kind in kinds_of(fitting(suite(), 1))} == {1}
    with pytest.raises(UsageError, match="1 CPU is usable"):
        fitting(narrowed(suite(), ["threads"]), 1)


def test_the_time_that_is_said_grows_with_what_is_run():
    def seconds(kind):
        return expected_seconds(Sitting.of(kind), EFFORTS)

    times = [seconds(TrialKind(name, 0.0)) for name in EFFORTS]
    assert times == sorted(times)
    assert seconds(TrialKind("quick", 0.0, rows=4)) == 2 * times[1]
    assert seconds(TrialKind("quick", 0.0, held="anchor")) == 2 * times[1]
    three = Sitting(TrialKind("quick", 0.0), ("glance", "quick"), (0.0, 0.01))
    assert expected_seconds(three, EFFORTS) == pytest.approx(1.5 * times[1])
    four = plan(suite(), 4, 1).seconds()
    assert four == pytest.approx(2 * plan(suite(), 2, 1).seconds())
