"""What is learned after the rounds may fail: the row keeps its times and says what is missing."""

import pytest
import reports
from scripted import ACCURACY, FakeWorker

from bench.analysis.summary import summarise
from bench.domain import Agreement, Invalid, Measurement
from bench.domain.effort import GLANCE
from bench.engine import checking
from bench.engine.checks import LEARNED
from bench.engine.deadlines import Deadlines
from bench.engine.measure import Measured
from bench.engine.plan import Planned
from bench.engine.worker.dispatch import REQUESTS
from bench.errors import BenchError, OutOfBudget, WorkerError
from bench.records import store

LATE = "exceeded 300 s in the inspection"


@pytest.mark.parametrize(
    ("request_", "what", "words"),
    [
        ("evaluate", "accuracy", "accuracy not counted"),
        ("agree", "agreement", "outputs not compared"),
    ],
)
def test_a_check_that_fails_leaves_the_times(make_sweep, tmp_path, request_, what, words):
    swept = make_sweep(lambda number: FakeWorker(**{request_: BenchError("no class scores.")}))
    report = swept.run()
    for row in report.outcomes:
        assert isinstance(row, Measurement)
        assert row.missing == {what: "no class scores."}
    assert f"{words}: no class scores." in summarise(report).rows[0].advice
    if what == "accuracy":
        with pytest.raises(BenchError, match="accuracy of 2 of 2 rows could not be counted"):
            Measured(summarise(report), None).check()
    else:
        Measured(summarise(report), None).check()
    assert store.read(tmp_path) == report


def test_each_thing_that_is_learned_may_fail_by_itself(make_sweep):
    def learn(what):
        return {what: 0.5} if what == "cached_load" else BenchError("TypeError: no such thing")

    planned = [Planned(reports.case())]
    (row,) = make_sweep(lambda number: FakeWorker(learn=learn), planned).run().outcomes
    assert row.inspection.cached_load == 0.5
    assert row.missing == dict.fromkeys(("profile", "parts", "loaded"), "TypeError: no such thing")
    (told,) = (
        line for line in summarise(reports.report(row)).rows[0].advice if "such thing" in line
    )
    assert told == "no profile, no times of copies, libraries not told: TypeError: no such thing"


@pytest.mark.parametrize("error", [WorkerError(LATE), OutOfBudget("did not fit")])
def test_a_process_that_is_lost_in_the_inspection_leaves_the_times(make_sweep, error):
    swept = make_sweep(lambda number: FakeWorker(learn=error))
    report = swept.run()
    for row in report.outcomes:
        assert isinstance(row, Measurement)
        assert {slot.replicate for slot in row.slots} == {0, 1}
        assert row.accuracy.correct == ACCURACY["correct"]
        assert row.missing == dict.fromkeys(LEARNED["all"], error.message)


def test_a_glance_learns_what_software_ran_and_how_far_outputs_are(make_sweep):
    asked = []

    def learn(what):
        asked.append(what)
        return {}

    planned = [Planned(reports.case())]
    agree = {"agreement": {"max_abs_diff": 1e-6, "scale": 1.0}, "mismatch": None}
    worker = FakeWorker(learn=learn, agree=agree)
    (row,) = make_sweep(lambda number: worker, planned, effort=GLANCE).run().outcomes
    assert asked == ["loaded"]
    assert row.inspection.agreement == Agreement(1e-6, 1.0)


def test_outputs_that_differ_from_those_that_came_along_are_invalid(make_sweep):
    wrong = {"agreement": None, "mismatch": "Output y differs."}
    planned = [Planned(reports.case())]
    (row,) = make_sweep(lambda number: FakeWorker(agree=wrong), planned).run().outcomes
    assert row == Invalid(row.case, "Output y differs.")


def test_what_was_missing_is_forgotten_when_the_first_replicate_begins_again(make_sweep):
    def learn(what):
        return KeyboardInterrupt() if what == "parts" else BenchError("no")

    with pytest.raises(KeyboardInterrupt):
        make_sweep(lambda number: FakeWorker(learn=learn)).run()
    for row in make_sweep(resume=True).run().outcomes:
        assert row.missing == {}


def test_a_deadline_grows_with_the_calls_that_were_seen():
    deadlines = Deadlines(None)
    of = {name: deadlines.seconds(REQUESTS[name]) for name in ("learn", "evaluate")}
    deadlines.see({"cold": {"load": 50.0, "first": 9.0, "second": 3.0}, "calls_of_a_pass": 100})
    deadlines.see({"median": 2.0})
    assert deadlines.seconds(REQUESTS["learn"]) == of["learn"] + 3 * REQUESTS["learn"].calls
    assert deadlines.seconds(REQUESTS["evaluate"]) == of["evaluate"] + 3 * 100 * (
        REQUESTS["evaluate"].passes
    )


def test_a_limit_of_time_holds_whatever_a_call_takes():
    deadlines = Deadlines(5)
    deadlines.see({"median": 100.0})
    assert deadlines.seconds(REQUESTS["learn"]) == 5


def test_a_limit_of_time_may_be_longer_than_a_deadline():
    """TensorRT may take longer to build an engine than any model takes to load."""
    load = REQUESTS["open"]
    assert Deadlines(1800).seconds(load) == 1800 > Deadlines(None).seconds(load)


class Logging(FakeWorker):
    """Writes down what it is told and what it answers, in the order of all workers."""

    def __init__(self, number, log):
        super().__init__()
        self._number, self._log = number, log

    def begin(self, do, **arguments):
        self._log.append(("begin", do, self._number))
        super().begin(do, **arguments)

    def answer(self, do):
        self._log.append(("answer", do, self._number))
        return super().answer(do)


@pytest.mark.parametrize(("usable", "at_once"), [([0], 1), ([0, 1], 2), ([0, 1, 2, 3], 3)])
def test_rows_count_their_answers_at_the_same_time_and_learn_alone(make_sweep, usable, at_once):
    log = []
    planned = [Planned(reports.case(name), "mnist") for name in ("a", "b", "c")]
    swept = make_sweep(lambda number: Logging(number, log), planned)
    swept.sweep._usable_cpus = usable
    swept.run()
    waiting, most = set(), 0
    for what, do, number in log:
        if what == "answer":
            waiting.discard(number)
        elif do not in ("load", "slot"):
            waiting.add(number)
            if do == "evaluate":
                most = max(most, len(waiting))
            if do == "learn":
                assert waiting == {number}, "what has times in it has the machine for itself"
    assert most == at_once
    moved = [getattr(worker, "moved", None) for worker in swept.launch.workers[:3]]
    assert moved == {1: [None] * 3, 2: [[0], [1], None], 3: [[0], [1], [2]]}[at_once]


def test_a_data_set_too_large_to_be_held_twice_is_read_by_one_row_after_the_other(
    make_sweep, monkeypatch, tmp_path
):
    log, large = [], tmp_path / "large.npz"
    large.write_bytes(bytes(1000))
    monkeypatch.setattr(checking, "available_memory", lambda: 1000 * checking.UNPACKED)
    planned = [Planned(reports.case(name), str(large)) for name in ("a", "b")]
    swept = make_sweep(lambda number: Logging(number, log), planned)
    swept.sweep._usable_cpus = [0, 1]
    swept.run()
    order = [(what, number) for what, do, number in log if do == "evaluate"]
    assert order == [("begin", 0), ("answer", 0), ("begin", 1), ("answer", 1)]


def test_a_row_whose_process_ends_before_its_turn_leaves_the_others(make_sweep):
    class Gone(FakeWorker):
        def begin(self, do, **arguments):
            if do == "evaluate":
                raise WorkerError("killed by SIGSEGV")
            super().begin(do, **arguments)

    swept = make_sweep(lambda number: FakeWorker() if number % 2 else Gone())
    swept.sweep._usable_cpus = [0, 1]
    lost, kept = swept.run().outcomes
    assert lost.missing["accuracy"] == "killed by SIGSEGV"
    assert isinstance(lost, Measurement)
    assert kept.accuracy.correct == ACCURACY["correct"]
    assert not kept.missing
