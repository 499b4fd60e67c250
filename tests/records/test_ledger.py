"""What single entries of a journal do; whole journals are replayed in tests/engine."""

import pytest
import reports
from scripted import ACCURACY, COLD, RAN, WARM_UP

from bench.domain import Failed, Invalid, Measurement, Skipped
from bench.records import schema
from bench.records.ledger import Ledger

OPENED = {"kind": "opened", "case": 0, "ran": RAN, "cold": COLD, "warm_up": WARM_UP, "peak_rss": 1}


def slot(replicate=0, number=0, case=0):
    return {
        "kind": "slot",
        "case": case,
        "replicate": replicate,
        "round": number,
        "samples": [1e-3],
        "disturbed": None,
    }


def ended(status, reason="because"):
    return {"kind": "ended", "case": 0, "status": status, "reason": reason}


def ledger(*entries, cases=1):
    cases = [schema.encode_case(reports.case(f"m{index}")) for index in range(cases)]
    made = Ledger(reports.header(*cases))
    for entry in entries:
        made.apply(entry)
    return made


def outcome(*entries):
    return ledger(*entries).report().outcomes[0]


def test_a_case_with_a_slot_is_measured():
    made = outcome(OPENED, slot())
    assert isinstance(made, Measurement)
    assert made.opened[0].cold.import_ == COLD["import"]


@pytest.mark.parametrize(
    ("status", "kind"), [("skipped", Skipped), ("failed", Failed), ("invalid", Invalid)]
)
def test_an_end_outweighs_the_slots_before_it(status, kind):
    assert outcome(OPENED, slot(), ended(status)) == kind(reports.case("m0"), "because")


NEXT = {"kind": "replicate", "replicate": 1}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([slot(), slot()], "two slots of one round"),
        ([slot(), slot(number=False)], "two slots of one round"),
        ([slot(), slot(replicate=1)], "that was not opened"),
        ([slot(), NEXT, OPENED, slot(number=1)], "of another replicate"),
    ],
)
def test_a_round_is_timed_once_and_in_its_own_replicate(entries, said):
    with pytest.raises(ValueError, match=said):
        outcome(OPENED, *entries)


def test_an_invalid_case_keeps_its_counts():
    made = outcome(
        OPENED, slot(), {"kind": "accuracy", "case": 0, "accuracy": ACCURACY}, ended("invalid")
    )
    assert made.accuracy.correct == ACCURACY["correct"]


def test_opened_without_a_slot_is_interrupted():
    assert outcome(OPENED).reason.startswith("Interrupted")


def test_an_uncounted_accuracy_is_none():
    made = outcome(OPENED, slot(), {"kind": "accuracy", "case": 0, "accuracy": None})
    assert made.accuracy is None


def test_a_replicate_begun_again_drops_its_own_entries_alone():
    again = {"kind": "replicate", "replicate": 1}
    complete = {"kind": "complete", "replicate": 0}
    made = outcome(OPENED, slot(0), complete, again, OPENED, slot(1, 0), slot(1, 1), again)
    assert [(slot.replicate, slot.round) for slot in made.slots] == [(0, 0)]
    assert len(made.opened) == 1


def test_a_report_is_of_complete_replicates_as_soon_as_there_is_one():
    entries = [OPENED, slot(0), {"kind": "replicate", "replicate": 1}, OPENED, slot(1)]
    complete = {"kind": "complete", "replicate": 0}
    kept = outcome(*entries[:2], complete, *entries[2:])
    assert [made.replicate for made in kept.slots] == [0]
    assert len(kept.opened) == 1
    two = outcome(*entries[:2], complete, *entries[2:], {**complete, "replicate": 1})
    assert [made.replicate for made in two.slots] == [0, 1]


def test_a_replicate_begun_again_is_opened_anew():
    again = {"kind": "replicate", "replicate": 0}
    complete = {"kind": "complete", "replicate": 0}
    made = outcome(OPENED, again, OPENED | {"peak_rss": 2}, slot(0), complete)
    assert [opened.peak_rss for opened in made.opened] == [2]


def test_why_a_run_stopped_is_told_until_it_goes_on():
    stopped = {"kind": "stopped", "reason": "no time left"}
    assert ledger(stopped).report().stopped == "no time left"
    assert ledger(stopped, {"kind": "replicate", "replicate": 1}).report().stopped is None


def test_complete_replicates_are_counted():
    assert ledger().replicates == 0
    assert ledger({"kind": "complete", "replicate": 1}).replicates == 2


def test_alive_are_the_cases_that_have_not_ended():
    assert ledger(ended("failed"), cases=3).alive() == [1, 2]


def test_what_is_no_entry_is_refused():
    with pytest.raises(IndexError):
        ledger(slot(case=1))
    with pytest.raises(KeyError):
        ledger({"case": 0})
    with pytest.raises(AttributeError):
        ledger({"kind": "dance"})
