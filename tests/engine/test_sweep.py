"""Whole sweeps with workers that follow a script, in milliseconds."""

from dataclasses import replace

import pytest
import reports
from scripted import ACCURACY, FakeWorker

from bench.analysis.summary import summarise
from bench.domain import Failed, Invalid, Measurement, Skipped
from bench.domain.effort import Effort
from bench.engine.plan import Planned
from bench.errors import (
    BenchError,
    ReportError,
    RuntimeUnavailable,
    WorkerError,
    WorkerKilled,
)
from bench.records.journal import JOURNAL


def breaking(number, **answers):
    """Makes worker `number` break, and all others work."""
    return lambda made: FakeWorker(**answers) if made == number else FakeWorker()


def test_a_sweep_measures_every_case_in_every_replicate_and_round(make_sweep):
    swept = make_sweep()
    report = swept.run()
    assert [type(outcome) for outcome in report.outcomes] == [Measurement, Measurement]
    for outcome in report.outcomes:
        assert [(slot.replicate, slot.round) for slot in outcome.slots] == [
            (replicate, number) for replicate in range(2) for number in range(4)
        ]
        assert len(outcome.opened) == 2
        assert outcome.accuracy.correct == ACCURACY["correct"]
    assert swept.sweep.ledger.replicates == 2


def test_every_replicate_has_fresh_workers_and_all_are_ended(make_sweep):
    swept = make_sweep()
    swept.run()
    assert len(swept.launch.workers) == 4
    for worker in swept.launch.workers:
        assert worker.closed
        assert [do for do, _ in worker.requests[:3]] == ["load", "open", "warm_up"]


def test_accuracy_is_checked_once_after_the_rounds_through_the_timed_session(make_sweep):
    swept = make_sweep()
    swept.run()
    asked = [[do for do, _ in worker.requests] for worker in swept.launch.workers]
    assert [kinds.count("evaluate") for kinds in asked] == [1, 1, 0, 0]
    assert asked[0] == [
        "load",
        "open",
        "warm_up",
        *["slot"] * 4,
        "evaluate",
        "agree",
        *["learn"] * 4,
    ]


def test_a_case_without_a_data_set_is_not_checked(make_sweep):
    report = make_sweep(planned=[Planned(reports.case("m.onnx"))]).run()
    assert report.outcomes[0].accuracy is None


def test_the_slot_length_follows_from_the_median_of_the_warm_up(make_sweep):
    swept = make_sweep(lambda number: FakeWorker(seconds=0.02))
    swept.run()
    slots = [arguments for do, arguments in swept.launch.workers[0].requests if do == "slot"]
    assert slots == [{"seconds": pytest.approx(0.05), "opening": 0, "waking": 0.0}] * 4


@pytest.mark.parametrize(
    ("request_", "error", "kind", "reason"),
    [
        ("open", WorkerError("killed by SIGSEGV at load"), Failed, "killed by SIGSEGV at load"),
        ("open", BenchError("m is damaged.", "Export it."), Failed, "m is damaged. Export it."),
        ("open", RuntimeUnavailable("no device.", "Buy one."), Skipped, "no device. Buy one."),
        ("warm_up", WorkerError("exceeded 120 s in warm-up"), Failed, "exceeded 120 s in warm-up"),
        ("slot", WorkerError("killed by SIGKILL at a timed slot"), Failed, "killed by SIGKILL"),
    ],
)
def test_a_worker_that_breaks_ends_its_own_row_alone(make_sweep, request_, error, kind, reason):
    swept = make_sweep(breaking(0, **{request_: error}))
    broken, whole = swept.run().outcomes
    assert type(broken) is kind
    assert broken.reason.startswith(reason)
    assert isinstance(whole, Measurement)
    assert len(whole.slots) == 2 * 4
    assert len(swept.launch.workers) == 3, "a row that ended gets no worker in later replicates"


def test_a_worker_that_is_lost_in_a_later_replicate_leaves_the_complete_ones(make_sweep):
    swept = make_sweep(breaking(3, slot=WorkerKilled("killed by SIGKILL at a timed slot")))
    broken, whole = swept.run().outcomes
    assert {slot.replicate for slot in broken.slots} == {0}
    assert len(broken.opened) == 1
    assert broken.missing == {
        "replicates": "its process was lost after 1 replicate: killed by SIGKILL at a timed slot."
        " `bench run --resume` tries it again."
    }
    assert {slot.replicate for slot in whole.slots} == {0, 1}
    assert summarise(swept.sweep.ledger.report()).comparisons[0].ratio.replicates == 1


def test_a_row_that_says_what_is_wrong_in_a_later_replicate_fails_whole(make_sweep):
    broken, _ = make_sweep(breaking(3, open=BenchError("m has changed."))).run().outcomes
    assert broken == Failed(broken.case, "m has changed.")


def test_a_worker_that_broke_in_a_slot_is_not_asked_again(make_sweep):
    swept = make_sweep(breaking(0, slot=WorkerError("died")))
    swept.run()
    assert [do for do, _ in swept.launch.workers[0].requests].count("slot") == 1


def test_a_sweep_ends_when_no_row_is_left(make_sweep):
    swept = make_sweep(lambda number: FakeWorker(open=WorkerError("died")))
    assert [type(outcome) for outcome in swept.run().outcomes] == [Failed, Failed]
    assert len(swept.launch.workers) == 2, "one replicate, whose end ends the sweep"


def test_planned_ends_are_rows_and_get_no_worker(make_sweep):
    case = reports.case("mine.onnx")
    swept = make_sweep(
        planned=[
            Planned(case, None, Skipped(case, "no device")),
            Planned(case, None, Failed(case, "empty")),
        ]
    )
    assert swept.run().outcomes == (Skipped(case, "no device"), Failed(case, "empty"))
    assert not swept.launch.workers


@pytest.mark.parametrize(
    ("counts", "kind", "reason"),
    [
        ({"disagreements": 10}, Measurement, None),
        ({"disagreements": 11}, Invalid, "11 of 10000 predictions differ"),
        ({"not_finite": 1}, Invalid, "1 of 10000 outputs are not finite"),
    ],
)
def test_wrong_outputs_make_a_row_invalid_without_times(make_sweep, counts, kind, reason):
    wrong = {"accuracy": {**ACCURACY, **counts}}
    checked, other = make_sweep(breaking(0, evaluate=wrong)).run().outcomes
    assert type(checked) is kind
    assert isinstance(other, Measurement)
    if reason:
        assert checked.reason.startswith(reason)
        assert not hasattr(checked, "slots")
        assert checked.accuracy.total == 10_000


def test_a_variant_is_judged_by_what_it_lost_of_its_original(make_sweep):
    counts = {**ACCURACY, "disagreements": 90, "gained": 10, "lost": 80}
    made = replace(reports.case().model, original="avg", variant="int8")
    original = replace(made, original="", variant="", path="there/avg.onnx")
    case = replace(reports.case(), model=made)
    planned = [
        Planned(case, "mnist", original=original, most_drop=most) for most in (0.007, 0.0069)
    ]
    swept = make_sweep(lambda number: FakeWorker(evaluate={"accuracy": counts}), planned=planned)
    kept, lost = swept.run().outcomes
    assert isinstance(kept, Measurement)
    assert isinstance(lost, Invalid)
    assert "accuracy fell by 0.70 %" in lost.reason
    asked = dict(swept.launch.workers[0].requests)["evaluate"]
    assert asked == {"dataset": "mnist", "original": "there/avg.onnx", "metric": ""}


def test_it_goes_on_until_the_ratios_are_narrow_or_the_effort_is_spent(make_sweep):
    def alternating(number):  # the second case is much slower in every other replicate
        return FakeWorker(seconds=1e-2 if number % 4 == 3 else 1e-3)

    wide = make_sweep(alternating, effort=Effort("wide", 2, 6, 4, target_width=0.5))
    wide.run()
    assert wide.sweep.ledger.replicates == 6
    narrow = make_sweep(effort=Effort("narrow", 2, 6, 4, target_width=0.001))
    narrow.run()
    assert narrow.sweep.ledger.replicates == 2


def test_a_row_alone_goes_on_until_its_own_interval_is_narrow_and_says_when_it_falls_short(
    make_sweep,
):
    """It used to end at the least replicates, whatever width was asked for."""

    def alternating(number):
        return FakeWorker(seconds=1.3e-3 if number % 2 else 1e-3)

    def alone(worker=None):
        planned = [Planned(reports.case("avg"))]
        effort = Effort("alone", 3, 8, 4, target_width=0.01)
        swept = make_sweep(worker, planned, effort)
        return swept.run(), swept.sweep.ledger.replicates

    report, replicates = alone()
    assert (replicates, report.stopped) == (3, None)
    report, replicates = alone(alternating)
    assert replicates == 8
    assert report.stopped.startswith("Intervals within ± 1 % were aimed at, the widest is ±")


def test_a_reached_effort_is_not_told_as_a_shortfall(make_sweep):
    assert make_sweep().run().stopped is None


def test_progress_names_the_row_and_never_exceeds_its_total(make_sweep):
    swept = make_sweep()
    swept.run()
    assert any("max on onnxruntime:cpu at batch 1: round 4" in one.doing for one in swept.progress)
    for one in swept.progress:
        assert 0 <= one.done <= one.total
    within = [one.done for one in swept.progress if one.replicate == 1]
    assert within == sorted(within)


def test_the_report_is_saved_after_every_replicate(make_sweep):
    swept = make_sweep()
    report = swept.run()
    assert [len(saved.outcomes[0].slots) for saved in swept.saved] == [4, 8]
    assert swept.saved[-1] == report


def test_an_interrupt_keeps_what_was_measured_and_ends_the_workers(make_sweep):
    slots_left = iter(range(3))

    def slot(**arguments):
        if next(slots_left, None) is None:
            return KeyboardInterrupt()
        return {"samples": [1e-3], "disturbed": None}

    swept = make_sweep(lambda number: FakeWorker(slot=slot))
    with pytest.raises(KeyboardInterrupt):
        swept.run()
    report = swept.sweep.ledger.report()
    assert sorted(len(outcome.slots) for outcome in report.outcomes) == [1, 2]
    assert all(worker.closed for worker in swept.launch.workers)


def test_an_interrupted_replicate_is_left_out_where_one_is_complete(make_sweep):
    swept = make_sweep(breaking(2, slot=KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        swept.run()
    for outcome in swept.sweep.ledger.report().outcomes:
        assert {slot.replicate for slot in outcome.slots} == {0}
        assert len(outcome.opened) == 1


def test_an_interrupted_sweep_goes_on_to_the_report_of_an_uninterrupted_one(make_sweep):
    expected = make_sweep().run()
    for number in range(4):
        (make_sweep().journal._folder / JOURNAL).unlink()
        first = make_sweep(breaking(number, slot=KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            first.run()
        again = make_sweep(resume=True)
        assert again.run() == expected
        assert len(again.launch.workers) == (4 if number < 2 else 2)


def test_an_interrupt_before_any_slot_leaves_rows_that_say_so(make_sweep):
    swept = make_sweep(lambda number: FakeWorker(open=KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        swept.run()
    for outcome in swept.sweep.ledger.report().outcomes:
        assert isinstance(outcome, Failed)
        assert outcome.reason.startswith("Interrupted before")


@pytest.mark.parametrize("kind", ["replicate", "opened", "slot", "accuracy", "complete"])
def test_a_full_disk_is_nobodys_row_and_stops_the_sweep(make_sweep, monkeypatch, kind):
    swept = make_sweep()
    append = swept.journal.append

    def full_disk(entry):
        if entry["kind"] == kind:
            raise ReportError("No space left on device.")
        append(entry)

    monkeypatch.setattr(swept.journal, "append", full_disk)
    with pytest.raises(ReportError):
        swept.run()
    assert swept.sweep.ledger.alive() == [0, 1]
    assert all(worker.closed for worker in swept.launch.workers)


def test_later_replicates_have_fewer_rounds_where_processes_differ(make_sweep):
    def unlike(number):  # processes of the second case differ, their calls do not
        return FakeWorker(seconds=1e-3 * (1 + 0.01 * (number // 2) * (number % 2)))

    swept = make_sweep(unlike, effort=Effort("test", 5, 5, 40, target_width=0.5))
    slots = swept.run().outcomes[0].slots
    counts = [sum(slot.replicate == number for slot in slots) for number in range(5)]
    assert counts == [12, 12, 12, 8, 8]
