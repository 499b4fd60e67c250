"""What is learned after the rounds may fail: the row keeps its times and says what is missing."""

import pytest
import reports
from scripted import ACCURACY, FakeWorker

from bench.analysis.summary import summarise
from bench.domain import Invalid, Measurement
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
        assert row.missing == dict.fromkeys(LEARNED, error.message)


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
