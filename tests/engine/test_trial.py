"""Trials of the self-test on workers that follow a script."""

import contextlib
import itertools
from dataclasses import asdict
from pathlib import Path

import pytest
from processes import children
from scripted import FakeLaunch, FakeWorker, opened

from bench.domain import Model, Target
from bench.domain.effort import Effort
from bench.engine.half_duty import half_duty
from bench.engine.selftest import trials
from bench.engine.sitting import Sitting
from bench.engine.suite import Plan
from bench.errors import BenchError
from bench.statistics.error_rates import TrialKind

EFFORT = Effort("quick", least=3, most=3, rounds=4, target_width=1.0)


class PlantedWorker(FakeWorker):
    """Slows its slots by what was planted; every worker has a small offset of its own."""

    offsets = itertools.cycle([0.0, 0.001, 0.002, 0.001, 0.0])

    def __init__(self):
        offset = next(self.offsets)
        planted = [0.0]

        def warm_up(**arguments):
            planted[0] = arguments["planted"] or 0.0  # an anchor is not slowed
            steady = {"calls": 30, "seconds": 0.5, "steady": True}
            return {"warm_up": steady, "median": 1e-3, "peak_rss": 1, "memory": {}}

        def slot(**arguments):
            return {"samples": [1e-3 * (1 + offset) * (1 + planted[0])] * 3, "disturbed": None}

        super().__init__(
            warm_up=warm_up,
            slot=slot,
            describe=lambda name, path: asdict(Model(name, path, "digest")),
        )


def measured(kinds, pairs, worker=PlantedWorker, efforts=None, **given):
    launch = FakeLaunch(lambda number: worker())
    stage = tuple(kind if isinstance(kind, Sitting) else Sitting.of(kind) for kind in kinds)
    plan = Plan((stage,), pairs, 1, efforts or {"quick": EFFORT})
    said = trials("max", Target.parse("cpu"), plan, launch, lambda: 0.0, **given)
    return list(said)


def test_a_planted_slowdown_is_found_whichever_side_it_stands_on():
    kinds = [TrialKind("quick", 0.0), TrialKind("quick", 0.05)]
    ended = measured(kinds, pairs=4)
    medians = [said[0] for said in ended]
    assert [trial.kind for trial in medians] == kinds * 4
    assert [trial.turned for trial in medians] == [False, False, True, True] * 2
    for trial in (trial for said in ended for trial in said):
        assert trial.ratio == pytest.approx(1 + trial.kind.planted, abs=0.003)
        assert trial.low < trial.ratio < trial.high
        assert trial.replicates == 3
        assert trial.verdict in (("slower",) if trial.kind.planted else ("equivalent", "tiny"))


def test_the_mean_and_p99_are_judged_from_the_same_calls_where_these_suffice():
    (few,) = measured([TrialKind("quick", 0.05)], 1)
    assert [trial.kind.judged for trial in few] == ["p50", "mean"]

    class Many(PlantedWorker):
        def answer(self, do):
            told = super().answer(do)
            return {**told, "samples": told["samples"] * 20} if do == "slot" else told

    (many,) = measured([TrialKind("quick", 0.05)], 1, Many)
    assert [trial.kind.judged for trial in many] == ["p50", "mean", "p99"]
    assert len({trial.seconds for trial in many}) == 1


def test_of_four_rows_the_one_furthest_from_the_truth_is_kept():
    describing = [0.0]
    by_replicate = [[0.0, 0.001, 0.03, 0.002], [0.0, 0.002, 0.031, 0.001], [0.0, 0.0, 0.03, 0.002]]
    places = [opened(number, rows=4) for number in range(12)]

    class Uneven(PlantedWorker):
        offsets = iter([*describing, *(by_replicate[replicate][row] for replicate, row in places)])

    ((trial, *_),) = measured([TrialKind("quick", 0.0, rows=4)], 1, Uneven)
    assert trial.ratio == pytest.approx(1.03, abs=1e-3)
    assert trial.verdict == "slower"


def test_two_runs_are_held_against_each_other_with_the_anchor_beside_them_and_without():
    sitting = Sitting(TrialKind("quick", 0.0, held="anchor"), ("quick",), (0.0, 0.2))
    (trials,) = measured([sitting], 1)
    assert [(trial.kind.held, trial.kind.planted) for trial in trials] == [
        *[("runs", 0.0), ("runs", 0.2)],
        *[("anchor", 0.0), ("anchor", 0.2)],
    ]
    for trial in trials:
        assert trial.ratio == pytest.approx(1 + trial.kind.planted, abs=0.01)
        assert trial.low < 1 + trial.kind.planted < trial.high
        if trial.kind.planted:
            assert trial.verdict == "slower"
            reach = trial.high / trial.ratio - 1
            assert reach < 0.03 if trial.kind.held == "anchor" else reach > 0.03


def test_two_runs_are_measured_without_an_anchor_where_nobody_wants_one():
    (trials,) = measured([TrialKind("quick", 0.2, held="runs")], 1)
    assert [trial.kind.held for trial in trials] == ["runs"]


def test_trials_of_several_kinds_are_read_off_one_sitting():
    longer = Effort("longer", least=6, most=6, rounds=4, target_width=1.0)
    efforts = {"quick": EFFORT, "longer": longer}
    sitting = Sitting(TrialKind("quick", 0.0), ("quick", "longer"), (0.0, 0.05))
    first, second = measured([sitting], 2, efforts=efforts)
    medians = [trial for trial in first if trial.kind.judged == "p50"]
    assert [(trial.kind.effort, trial.kind.planted) for trial in medians] == [
        *[("quick", 0.0)] * 2,
        ("longer", 0.0),
        *[("quick", 0.05)] * 2,
        ("longer", 0.05),
    ]
    assert [trial.turned for trial in medians] == [False, True, False] * 2
    assert all(t.ratio == pytest.approx(1 + t.kind.planted, abs=0.003) for t in medians)
    assert all(trial.seconds > 0 for trial in medians), "of the processes, not of the clock"
    assert {trial.sitting for trial in first} == {0}
    assert {trial.sitting for trial in second} == {1}


def test_noise_runs_beside_the_trials_that_ask_for_it(monkeypatch):
    running = []

    @contextlib.contextmanager
    def noise():
        running.append(True)
        yield
        running.append(False)

    monkeypatch.setattr("bench.engine.trial.half_duty", noise)
    measured([TrialKind("quick", 0.0), TrialKind("quick", 0.0, beside="half-duty")], 1)
    assert running == [True, False]


def test_a_disturbed_trial_says_so():
    class Disturbed(PlantedWorker):
        def answer(self, do):
            told = super().answer(do)
            return {**told, "disturbed": "waited"} if do == "slot" else told

    ((trial, *_),) = measured([TrialKind("quick", 0.05)], 1, Disturbed)
    assert trial.disturbed == 1.0
    ((calm, *_),) = measured([TrialKind("quick", 0.05)], 1)
    assert trial.high / trial.low > calm.high / calm.low


def test_a_plan_goes_on_after_the_trials_that_ended():
    kinds = [TrialKind("quick", 0.0), TrialKind("quick", 0.05)]
    whole = [said[0] for said in measured(kinds, 2)]
    rest = [said[0] for said in measured(kinds, 2, ended=3)]
    assert [(t.kind, t.turned) for t in rest] == [(t.kind, t.turned) for t in whole[3:]]


def test_a_trial_that_cannot_be_measured_says_why():
    def broken():
        return FakeWorker(
            open=BenchError("no such provider"),
            describe=lambda name, path: asdict(Model(name, path, "digest")),
        )

    with pytest.raises(BenchError, match="no such provider"):
        measured([TrialKind("quick", 0.0)], 1, broken)


def test_the_noise_is_a_process_that_ends_with_its_context():
    before = children()
    with half_duty():
        (child,) = children() - before
        named = Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8")
        assert "bench.engine.half_duty" in named or not named  # empty until it has begun
    assert children() == before
