"""A budget is a promise to end: nothing that a worker is asked for goes beyond it."""

import json
import time
from dataclasses import asdict, replace

import onnx_models
import pytest
import reports
from scripted import FakeLaunch, FakeWorker, Seconds, TimedWorker

from bench.domain import Asked, Measurement, Skipped, Subject, Target
from bench.domain.effort import Effort
from bench.engine import measure as engine
from bench.engine import sweep
from bench.engine.budget import Budget
from bench.engine.launcher import Worker
from bench.engine.plan import Planned, plan
from bench.errors import OutOfBudget
from bench.models.files.describe import describe
from bench.records.journal import JOURNAL

GIB = 2**30
LONG = Effort("long", least=5, most=9, rounds=8, target_width=1e-9)
FAST = {
    "load": 0.2,
    "open": 0.1,
    "warm_up": 0.2,
    "slot": 0.01,
    "evaluate": 0.5,
    "agree": 0.05,
    "learn": 0.05,
}


@pytest.fixture
def swept(make_sweep):
    """`swept(seconds, *costs)`: the sweep of two cases, whose workers take turns at the costs."""

    def run(seconds, *costs, effort=LONG):
        clock = Seconds()
        budget = Budget(seconds, clock)
        started = clock.now
        sweep = make_sweep(
            lambda number: TimedWorker(budget, costs[number % len(costs)]),
            effort=effort,
            budget=budget,
        )
        report = sweep.run()
        return report, sweep, clock.now - started

    return run


def test_without_one_there_is_time_for_everything():
    budget = Budget()
    with budget.part(0.5):
        assert budget.left() == float("inf")


def test_a_part_of_it_ends_earlier_and_gives_back_what_is_left():
    clock = Seconds()
    budget = Budget(10, clock)
    with budget.part(0.5):
        assert budget.left() == 5
        clock.now += 4
        with budget.part(0.5):
            assert budget.left() == 0.5
    assert budget.left() == 6
    clock.now += 7
    assert budget.left() == 0


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1, 2, 3, 4, 6, 10, 20, 60])
@pytest.mark.parametrize(
    "slowest", ["load", "open", "warm_up", "slot", "evaluate", "agree", "learn"]
)
def test_a_sweep_never_takes_longer_than_its_budget(swept, seconds, slowest):
    report, _, took = swept(seconds, FAST, {**FAST, slowest: 5.0})
    assert took <= seconds + 1e-9
    for outcome in report.outcomes:
        if isinstance(outcome, Skipped):
            assert outcome.reason == f"did not fit into --budget {seconds}s"
        else:
            assert isinstance(outcome, Measurement)


def test_rows_that_could_not_be_opened_are_named_and_the_others_are_measured(swept):
    report, _, _ = swept(6, FAST, {**FAST, "open": 100.0})
    fast, slow = report.outcomes
    assert isinstance(fast, Measurement)
    assert fast.accuracy
    assert slow == Skipped(slow.case, "did not fit into --budget 6s")


def test_what_does_not_suffice_for_all_rows_suffices_for_the_first(make_sweep):
    clock = Seconds()
    budget = Budget(4, clock)
    planned = [Planned(reports.case(f"m{number}")) for number in range(10)]
    swept = make_sweep(lambda number: TimedWorker(budget, FAST), planned, LONG, budget=budget)
    swept.sweep._usable_cpus = [0, 1]
    rows = swept.run().outcomes
    measured = [isinstance(row, Measurement) for row in rows]
    assert 1 <= sum(measured) < 10
    assert measured == sorted(measured, reverse=True), "the first ones"
    assert len(swept.launch.workers) < 10, "none was started that had no chance"


@pytest.mark.parametrize("seconds", range(4, 44))
@pytest.mark.parametrize(("opening", "slot"), [(2.0, 1.0), (0.5, 0.2)])
def test_a_baseline_that_was_measured_is_kept_where_a_later_block_has_no_time(
    make_sweep, monkeypatch, tmp_path, seconds, opening, slot
):
    """Memory has room for two of four models, so that each block opens the baseline anew."""
    for name, value in (("available_memory", lambda: 4 * GIB), ("COPIES", 1), ("PROCESS", 0)):
        monkeypatch.setattr(sweep, name, value)
    budget = Budget(seconds, Seconds())
    planned = [Planned(reports.case(f"m{number}")) for number in range(4)]
    planned = [
        replace(row, case=replace(row.case, model=replace(row.case.model, size=2 * GIB)))
        for row in planned
    ]
    costs = {**FAST, "open": opening, "slot": slot}
    swept = make_sweep(lambda number: TimedWorker(budget, costs), planned, LONG, budget=budget)
    swept.sweep._usable_cpus = [0]
    rows = swept.run().outcomes
    lines = (tmp_path / JOURNAL).read_text("utf-8").splitlines()
    measured = {entry["case"] for entry in map(json.loads, lines) if entry.get("kind") == "slot"}
    assert {index for index, row in enumerate(rows) if isinstance(row, Measurement)} == measured


def test_a_slow_case_gets_fewer_rounds_in_its_first_replicate(swept):
    report, _, _ = swept(60, {**FAST, "slot": 5.0})
    rounds = {slot.round for slot in report.outcomes[0].slots}
    assert 1 <= len(rounds) < 8
    assert {slot.round for slot in report.outcomes[1].slots} == rounds


def test_outputs_that_there_was_no_time_to_check_are_named(swept):
    report, _, _ = swept(6, FAST, {**FAST, "evaluate": 100.0})
    checked, unchecked = report.outcomes
    assert checked.accuracy
    assert not unchecked.accuracy
    assert not checked.missing
    assert unchecked.missing == {"checks": "did not fit into --budget 6s"}


def test_a_replicate_that_would_not_fit_is_not_begun(swept):
    each = 2 * (0.2 + 0.1 + 0.2 + 8 * 0.01)
    report, sweep, took = swept(3.5 * each + 1.5, FAST)
    assert sweep.sweep.ledger.replicates == 3
    assert took == pytest.approx(3 * each + 1.5)
    assert report.stopped.startswith("5 replicates were aimed at, 3 fitted")


def test_a_replicate_that_does_not_fit_after_all_is_nobodys_row(swept):
    report, sweep, took = swept(5, FAST, FAST, {**FAST, "slot": 1.0})
    assert took <= 5
    assert sweep.sweep.ledger.replicates == 1
    for outcome in report.outcomes:
        assert {slot.replicate for slot in outcome.slots} == {0}


def test_a_real_worker_is_ended_where_the_budget_ends():
    budget = Budget(0.2)
    with Worker(budget=budget) as worker:
        started = time.monotonic()
        worker.begin("survey", runtime="null")
        budget._end = started  # as if importing took that long
        with pytest.raises(OutOfBudget, match=r"did not fit into --budget 0\.2s"):
            worker.answer("survey")


def test_reading_models_and_asking_runtimes_counts(tmp_path):
    good, late = (onnx_models.linear(tmp_path / f"{name}.onnx") for name in ("good", "late"))
    clock = Seconds()
    budget = Budget(8, clock)
    described = asdict(describe("m", good))
    survey = {"providers": [{"name": "cpu", "reason": None}]}
    costs = [{"survey": 2.0}, {"describe": 2.0}, {"describe": 5.0}]
    launch = FakeLaunch(
        lambda number: TimedWorker(budget, costs[number], survey=survey, describe=described)
    )
    subject = Subject((str(good), str(late)), (Target.parse("null"),), (1,), (1,))
    first, second = plan(Asked(subject), launch, budget)
    assert first.ended is None
    assert second.ended == Skipped(second.case, "did not fit into --budget 8s")
    assert clock.now == 100 + 6, "the rest is for what could be read"


class Watch:
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def tell(self, sentence):
        pass

    def update(self, progress):
        pass

    def show(self, summary):
        pass


def test_a_measurement_counts_from_its_beginning(tmp_path, monkeypatch):
    made = []

    def launch(environment="", *, limits, budget):
        made.append(budget)
        return FakeWorker(describe=budget.exceeded(), survey=budget.exceeded())

    monkeypatch.setattr(engine, "Worker", launch)
    model = onnx_models.linear(tmp_path / "m.onnx")
    asked = Asked(Subject((str(model),), (Target.parse("null"),)), budget=7.0)

    measured = engine.measure(replace(asked, spent=3.0), Watch())
    assert {row.status for row in measured.summary.rows} == {"skipped"}
    assert 0 < made[0].left() <= 4, "starting the program took three seconds"


def test_variants_that_take_too_long_leave_time_to_measure_what_is_there(tmp_path, monkeypatch):
    model = onnx_models.linear(tmp_path / "m.onnx")
    clock = Seconds()
    budgets = []

    def launch(environment="", *, limits, budget):
        budgets.append(budget)
        answers = {"survey": {"providers": [{"name": "cpu", "reason": None}]}}
        answers["describe"] = asdict(describe("m", model))
        return TimedWorker(budget, {**FAST, "make_variant": 100.0}, **answers)

    monkeypatch.setattr(engine, "Worker", launch)
    monkeypatch.setattr(engine, "Budget", lambda seconds, spent: Budget(seconds, clock, spent))
    subject = Subject(
        (str(model),), (Target.parse("null"),), (1,), (1,), precisions=("fp32", "int8")
    )
    rows = engine.measure(Asked(subject, effort=LONG, budget=20.0), Watch()).summary.rows
    assert [row.status for row in rows] == ["measured", "skipped"]
    assert rows[1].outcome.reason == "did not fit into --budget 20s"
    assert clock.now <= 120


def test_a_runtime_that_does_not_answer_leaves_time_for_the_others(tmp_path):
    model = onnx_models.linear(tmp_path / "m.onnx")
    clock = Seconds()
    budget = Budget(12, clock)
    answers = {
        "survey": {"providers": [{"name": "cpu", "reason": None}]},
        "describe": asdict(describe("m", model)),
    }
    costs = [{"survey": 100.0}, {"survey": 1.0}, {"describe": 1.0}]
    launch = FakeLaunch(lambda number: TimedWorker(budget, costs[min(number, 2)], **answers))
    targets = (Target.parse("torch:cpu"), Target.parse("null"))
    late, good = plan(Asked(Subject((str(model),), targets, (1,), (1,))), launch, budget)
    assert late.ended == Skipped(late.case, "did not fit into --budget 12s")
    assert good.ended is None
    assert clock.now == 100 + 3 + 1 + 1
