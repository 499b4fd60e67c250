"""The study of `bench tune`: a machine is recorded and replayed, and searches on it are judged."""

import json
import math
from dataclasses import asdict, replace

import pytest
import reports
from scripted import COLD, RAN, WARM_UP, FakeWorker, Seconds

from bench.analysis.summary import summarise
from bench.domain.effort import Effort
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.sweep import Sweep
from bench.engine.tuning.narrowing import Narrowing
from bench.errors import BenchError
from bench.records.journal import Journal
from bench.records.ledger import Ledger

OPTIONS = {"onnxruntime:cpu": {"arena": ("0",), "spinning": ("0",)}}
RECORDED = Effort("truth", 3, 3, rounds=4, target_width=0.01)
# Seconds of a call by threads, of which the default has two, and by what an option makes of it.
SECONDS, TIMES = {2: 100e-6, 1: 70e-6}, {"arena": 1.04, "spinning": 0.9}


def place(threads):
    return Planned(reports.case("m.onnx", threads=threads), brief=True)


class Real:
    """A machine whose clock moves by what its workers are asked for; replicates differ by 1 %."""

    def __init__(self):
        self.clock, self.opened = Seconds(), {}

    def __call__(self, environment=""):
        worker = FakeWorker()

        def load(runtime):
            self.clock.now += 0.25
            return {"import": COLD["import"]}

        def open_(workload, **_):
            worker.told = (workload["threads"], *workload["options"])
            self.opened[worker.told] = self.opened.get(worker.told, 0) + 1
            ran = {**RAN, "threads": workload["threads"], "options": workload["options"]}
            return {"ran": ran, "cold": {"load": 0.01, "first": 0.001, "second": 0.001}}

        def warm_up(**_):
            self.clock.now += 0.5
            return {"warm_up": WARM_UP, "median": 1e-4, "peak_rss": 5_000_000, "memory": {}}

        def slot(**_):
            self.clock.now += 0.01
            threads, *options = worker.told
            replicate = 0.01 * self.opened[worker.told] * (1 if threads == 1 else -1)
            seconds = SECONDS[threads] * math.prod(TIMES[option] for option in options)
            return {"samples": [seconds * (1 + replicate)], "disturbed": None}

        worker._answers |= {"load": load, "open": open_, "warm_up": warm_up, "slot": slot}
        return worker


def test_a_third_library_is_no_replicate_of_the_configuration_that_it_opens(studies):
    recorded = studies("recorded")
    heard = recorded.Visit(checks={"hear": ({}, 0.5)})
    first, second = (recorded.Visit(slots=[(seconds, None, 0.01)]) for seconds in (1e-3, 2e-3))
    visits = {"row": [first, heard, second], "another": [heard]}
    record = recorded.Recorder(None, visits).record(2, {})
    assert [visit.slots[0][0] for visit in record.visits["row"]] == [1e-3, 2e-3]
    assert record.visits["another"] == [heard], "its opening is replayed"
    assert "hear" in record.learning()


@pytest.fixture
def saved(studies, tmp_path):
    """The truth of two places with three settings each, as the study saves it."""
    recorded, results = studies("recorded"), studies("results")
    machine = Real()
    recorder = recorded.Recorder(machine, clock=machine.clock)
    places, narrowing = [place(2), place(1)], Narrowing(options=OPTIONS)
    rows = [row for each in places for row in studies("tune").whole(each, narrowing)]
    rows[0] = replace(rows[0], brief=False)
    plan = [row.encode() for row in rows]
    ledger = Ledger(reports.header(*plan, effort=asdict(RECORDED)))
    Sweep(
        *(rows, ledger, Journal(None), RECORDED, lambda progress: None, lambda report: None),
        launch=recorder,
    ).run()
    assert len(summarise(ledger.report()).rows) == len(rows) == len(recorder.visits)
    content = {
        **{"model": "m.onnx", "kind": "digits", "package": "", "seconds": 9.0},
        "tried": [row.encode() for row in places],
        "around": [],
        "narrowing": asdict(narrowing),
        "aim": {"goal": "latency", "bounds": {"drop": None, "memory": None, "load": None}},
        "objections": {recorded.key_of(row): "" for row in rows},
        "record": asdict(recorder.record(3, {})),
    }
    path = tmp_path / "m-truth.json"
    results.save("tune-truth", path, content)
    return path


@pytest.fixture
def model(studies, saved):
    """That truth, to be searched."""
    return studies("replays").Replayed.of(studies("results").read(saved), 300)


def test_a_recorded_machine_takes_the_seconds_of_the_real_one(model):
    """10 replicates of 8 rows: 0.75 s to open, and 4 rounds of 0.01 s."""
    assert model.truth.exhaustive == pytest.approx(10 * 8 * (0.75 + 4 * 0.01), rel=0.01)
    assert sorted(model.truth.logs.values())[0] == model.truth.logs[model.truth.best]
    assert json.loads(model.truth.best)[4] == 1 and "spinning" in model.truth.best


def test_the_same_replicate_and_rounds_are_replayed_for_all_rows(studies, model):
    recorded = studies("recorded")
    machine = recorded.Machine(model.record, seed=3)
    rows = [replace(row, brief=True) for row in model.space.tried]
    effort = Effort("test", 6, 6, rounds=4, target_width=0.01)
    outcomes = machine.measure(rows, effort, None, Budget(clock=machine.clock)).report.outcomes
    first, second = (
        [round(slot.samples[0] * 1e6, 3) for slot in outcome.slots] for outcome in outcomes
    )
    assert len(set(first)) > 1, "other replicates are drawn"
    replicates = dict(zip((99.0, 98.0, 97.0), (70.7, 71.4, 72.1), strict=True))
    assert second == [replicates[value] for value in first]


def test_what_was_asked_of_one_row_stands_for_others(studies, model):
    """Of the winner as well a third library is heard, and in a race a sample is counted."""
    recorded, (default, other) = studies("recorded"), model.space.tried
    heard = {"ours": None, "theirs": None}
    checks = model.record.visits[recorded.key_of(default)][0].checks
    checks["hear"] = (heard, 0.5)
    counted = {"accuracy": {"correct": 99, "total": 100}}
    model.record.visits[recorded.key_of(other)][0].checks["evaluate"] = (counted, 8.0)
    machine = recorded.Machine(model.record, seed=1)
    worker = recorded._Replayed(machine, Budget(clock=machine.clock))
    for do, arguments in (("load", {"runtime": "onnxruntime"}), ("open", other.opening())):
        worker.ask(do, **arguments)
    before = machine.now
    assert worker.ask("hear", path="x") == heard
    assert worker.ask("evaluate", most=25) == counted
    assert machine.now - before == pytest.approx(0.5 + 8.0 / 4)
    worker.ask("evaluate")
    assert machine.now - before == pytest.approx(0.5 + 8.0 / 4 + 8.0)


def test_a_library_that_was_not_recorded_is_not_heard(studies, model):
    recorded = studies("recorded")
    machine = recorded.Machine(model.record, seed=1)
    worker = recorded._Replayed(machine, Budget(clock=machine.clock))
    with pytest.raises(BenchError, match="recorded without reference"):
        worker.ask("load", runtime="reference")


def test_a_search_on_it_is_held_against_the_truth(model):
    trial = model.plain(2)
    assert trial["regret"] == pytest.approx(0.0)
    assert trial["covered"] is True
    assert model.plain(2) == trial, "a seed says it all"


def test_one_that_is_faster_and_wrong_is_not_shipped(model):
    trials = [model.wrong(seed) for seed in range(2)]
    assert [trial["chosen"] for trial in trials] == [False] * 2
    assert all(trial["regret"] is not None for trial in trials)


def test_in_a_flat_space_the_default_is_kept(model):
    trial = model.flat(1)
    assert trial["kept"] and trial["regret"] == pytest.approx(0.0)


def test_what_is_shipped_is_judged_by_what_is_planted(studies, model):
    """Shipping the wrong one is no regret of 0, and the best place alone is 11 % off."""
    replays, changed = studies("replays"), studies("recorded").Changed
    plain = next(name for name in model.truth.logs if "1, 1, []" in name)
    said = {"shipped": plain, "seconds": 1.0, "gain": [0.69, 0.7, 0.71], "winner": plain}
    trial = replays.judged(said, model.truth, {})
    assert trial["regret"] == pytest.approx(1 / 0.9 - 1)
    wrong = {plain: changed(0.5, {"agree": {"mismatch": "no."}})}
    trial = replays.judged(said, model.truth, wrong)
    assert trial["regret"] is None and trial["covered"] is False
    beyond = replays.judged({**said, "shipped": "?", "winner": "?"}, model.truth, {})
    assert beyond["regret"] is None and beyond["covered"] is None


def test_the_table_says_what_was_run_and_what_was_replayed(studies, saved):
    regrets, replays, results = (studies(name) for name in ("regrets", "replays", "results"))
    trial = {"regret": 0.01, "share": 0.2, "covered": True}
    searches = {
        "plain": [trial, {**trial, "regret": 0.03, "covered": None}],
        "wrong": [{"chosen": False}],
        "flat": [{"kept": True}],
    }
    rows = replays.rows(results.read(saved), [], searches)
    where = {"cpu": "C", "usable_cpus": 2, "python": "3.11"}
    document = {"created": "2026-01-01", "environment": where, "rows": rows}
    lines = regrets.markdown(document).splitlines()
    assert lines[2].startswith("| `m.onnx` | digits | 8 | 1.5")
    assert lines[2].endswith("| run: not measured yet | – | – | – | – | – | – |")
    assert lines[3].endswith(
        "| replayed 2 | 1 of 2 (9–91 %) | 3 % | 20 %, 20 % | 1 of 1 (21–100 %) | 0 of 1 | 1 of 1 |"
    )
    assert results.machine(document) in lines


def test_a_truth_has_three_replicates_and_then_as_many_as_fit_into_its_share(studies):
    clock = Seconds()
    for seconds, made in ((1, 3), (50, 5)):
        share, replicates, left = studies("tune").Share(seconds, clock), 0, ()
        while not left:
            clock.now += 10
            replicates, left = replicates + 1, share((), [0, 1])
        assert (replicates, left) == (made, [0, 1])


def test_a_search_is_given_a_quarter_of_the_time_that_measuring_all_takes(studies, saved, model):
    truth = studies("results").read(saved)
    given = studies("replays").Replayed.of(truth).budget
    assert given == pytest.approx(model.truth.exhaustive / 4)
    assert studies("replays").Replayed.of(truth, 12).budget == 12


def test_replayed_searches_are_made_once_each(studies, saved, monkeypatch):
    tune, replays = studies("tune"), studies("replays")
    made = []

    def replayed(path, trials, budget):
        made.append((path, trials, budget))
        return {"plain": [], "wrong": [], "flat": []}

    monkeypatch.setattr(replays, "replayed", replayed)
    study = tune.Study("m.onnx", "m.onnx", saved.parent, 300)
    for trials, resume in ((0, False), (5, False), (5, True)):
        assert [row["how"] for row in tune.rows_of(study, trials, resume)] == ["run", "replayed"]
    assert made == [(saved, 5, 300)]
