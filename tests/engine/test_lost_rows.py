"""Rows whose process was lost: what stays of them, and how a run that goes on tries them again."""

import pytest
import reports
from scripted import FakeWorker, opened

from bench.analysis.summary import summarise
from bench.domain import Failed, Measurement
from bench.engine.plan import Planned
from bench.engine.recording import Recording
from bench.errors import WorkerError, WorkerKilled
from bench.records import store

KILLED = WorkerKilled("killed by SIGKILL at import")


@pytest.fixture
def again(make_sweep):
    """Goes on with the run in the folder as `bench run --resume` does."""

    def go_on(make=None, **others):
        swept = make_sweep(make, resume=True, **others)
        Recording(swept.sweep.ledger, swept.journal).try_again()
        return swept

    return go_on


def losing(*numbers, error=KILLED, **answers):
    """Workers of these numbers are lost while they import."""
    return lambda made: FakeWorker(load=error, **answers) if made in numbers else FakeWorker()


def test_a_row_lost_in_the_first_replicate_failed_and_is_measured_when_the_run_goes_on(
    make_sweep, again, tmp_path
):
    lost, whole = make_sweep(losing(0)).run().outcomes
    assert lost == Failed(
        lost.case, "killed by SIGKILL at import. `bench run --resume` tries it again."
    )
    resumed = again()
    report = resumed.run()
    retried, whole = report.outcomes
    assert isinstance(retried, Measurement)
    assert {slot.replicate for slot in retried.slots} == {2, 3}
    assert {slot.replicate for slot in whole.slots} == {0, 1, 2, 3}
    assert retried.accuracy, "its outputs are checked in its own first replicate"
    asked = [[do for do, _ in worker.requests] for worker in resumed.launch.workers]
    checked = [number for number, kinds in enumerate(asked) if "evaluate" in kinds]
    assert [opened(number, 2, first=2) for number in checked] == [(2, 0)]
    assert store.read(tmp_path) == report
    assert summarise(report).comparisons[0].ratio.replicates == 2


def test_all_workers_killed_at_once_lose_nothing_that_was_complete(make_sweep, again):
    killed = make_sweep(losing(2, 3)).run()
    for row in killed.outcomes:
        assert {slot.replicate for slot in row.slots} == {0}
    whole = again().run()
    for row in whole.outcomes:
        assert {slot.replicate for slot in row.slots} == {0, 2}, "nobody was left in replicate 1"
        assert row.missing == {}


def test_a_row_that_was_not_ended_by_a_signal_is_not_tried_again(make_sweep, again):
    make_sweep(losing(0, error=WorkerError("exceeded 120 s in import"))).run()
    resumed = again()
    assert isinstance(resumed.run().outcomes[0], Failed)
    assert not resumed.launch.workers


def test_a_retried_row_that_is_interrupted_in_its_first_replicate_has_its_rounds(make_sweep, again):
    make_sweep(losing(0)).run()
    slots = iter(range(3))

    def slot(**arguments):
        return {"samples": [1e-3], "disturbed": None} if next(slots, 9) < 2 else KeyboardInterrupt()

    resumed = again(lambda number: FakeWorker(slot=slot))
    with pytest.raises(KeyboardInterrupt):
        resumed.run()
    retried, whole = resumed.sweep.ledger.report().outcomes
    assert {slot.replicate for slot in retried.slots} == {2}
    assert {slot.replicate for slot in whole.slots} == {0, 1}


def test_rows_that_share_no_round_are_not_compared(make_sweep, again):
    make_sweep(losing(0)).run()
    (second,) = (number for number in range(2) if opened(number, 2, first=2) == (2, 1))
    summary = summarise(again(losing(second)).run())
    first, second = summary.report.outcomes
    assert {slot.replicate for slot in first.slots} == {2, 3}
    assert {slot.replicate for slot in second.slots} == {0, 1}
    assert summary.comparisons == ()


def test_the_advice_of_a_row_says_that_it_was_lost_and_what_to_type(make_sweep):
    summary = summarise(make_sweep(losing(3)).run())
    assert summary.rows[0].advice == (
        "fewer replicates than other rows: its process was lost after 1 replicate:"
        " killed by SIGKILL at import. `bench run --resume` tries it again.",
    )
    assert reports.saved(summary)


def test_a_planned_end_is_not_tried_again(make_sweep, again):
    case = reports.case("mine.onnx")
    planned = [Planned(case, None, Failed(case, "empty"))]
    make_sweep(planned=planned).run()
    assert again(planned=planned).sweep.ledger.retriable() == []
