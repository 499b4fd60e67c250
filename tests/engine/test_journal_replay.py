"""A sweep that is killed at any point leaves a journal that says what was measured until then."""

import itertools
import json

import journals
import pytest
import reports
from scripted import ACCURACY, FakeWorker

from bench.analysis.summary import summarise
from bench.domain import Failed, Measurement, Skipped
from bench.domain.effort import Effort
from bench.engine.plan import Planned
from bench.errors import ReportError, WorkerError
from bench.records import store
from bench.records.journal import JOURNAL
from bench.records.ledger import Ledger


@pytest.fixture
def journal(make_sweep, tmp_path):
    """Of a sweep with rows of every kind, samples all different; and the report of it."""
    samples = itertools.count(1)

    def slot(**arguments):
        return {"samples": [next(samples) * 1e-6], "disturbed": None}

    def worker(number):
        if number == 1:
            return FakeWorker(slot=WorkerError("killed by SIGSEGV at a timed slot"))
        if number == 2:
            wrong = {"accuracy": {**ACCURACY, "disagreements": 5000}}
            return FakeWorker(slot=slot, evaluate=wrong)
        return FakeWorker(slot=slot)

    cases = [reports.case(name) for name in ("avg", "max", "wrong", "other", "absent")]
    planned = [Planned(case, "mnist") for case in cases]
    planned[4] = Planned(cases[4], None, Skipped(cases[4], "no device"))
    swept = make_sweep(worker, planned, Effort("test", 2, 2, 2, 0.5))
    report = swept.run()
    kinds = [type(outcome).__name__ for outcome in report.outcomes]
    assert kinds == ["Measurement", "Failed", "Invalid", "Measurement", "Skipped"]
    return tmp_path / JOURNAL, report


def ledgers(path):
    """What the live ledger amounted to after each line: the same code path, entry by entry."""
    first, *entries = (json.loads(line) for line in path.read_text().splitlines())
    ledger = Ledger(first)
    yield ledger.report()
    for entry in entries:
        ledger.apply(entry)
        yield ledger.report()


def samples_of(report):
    return [
        sample
        for outcome in report.outcomes
        if isinstance(outcome, Measurement)
        for slot in outcome.slots
        for sample in slot.samples
    ]


def test_the_whole_journal_gives_the_report_of_the_live_sweep(journal):
    path, report = journal
    assert store.read(path) == report
    assert store.read(path.parent) == report


def test_a_journal_cut_anywhere_gives_the_ledger_of_its_whole_lines(journal):
    """At both sides of each line's end, and at every 17th byte."""
    path, _ = journal
    content = path.read_bytes()
    expected = list(ledgers(path))
    ends = [place for place, byte in enumerate(content) if byte == ord("\n")]
    beside = {end + step for end in ends for step in (0, 1, 2)}
    for length in sorted({*range(0, len(content), 17), *beside} - {len(content) + 1}):
        path.write_bytes(content[:length])
        lines = content[:length].count(b"\n")
        if lines:
            assert store.read(path) == expected[lines - 1], f"cut at byte {length}"
        else:
            with pytest.raises(ReportError, match="is empty"):
                store.read(path)


def test_nothing_is_counted_twice_and_everything_can_be_summarised_at_every_line(journal):
    path, report = journal
    everything = samples_of(report)
    assert len(set(everything)) == len(everything) == 2 * 2 * 2
    for partial in ledgers(path):
        kept = samples_of(partial)
        assert len(set(kept)) == len(kept)
        rows = summarise(partial).rows
        assert [row.samples for row in rows] == [
            len(samples_of(reports.report(outcome))) for outcome in partial.outcomes
        ]


def test_a_replicate_that_begins_again_replaces_what_its_interruption_left(journal):
    path, report = journal
    entries = journals.entries(path)
    begins = next(i for i, entry in enumerate(entries) if entry.get("replicate") == 1)
    for stop in range(begins + 1, len(entries)):
        if entries[stop]["kind"] == "ended":
            continue
        journals.write(path, [*entries[:stop], *entries[begins:]])
        assert store.read(path) == report


def test_rows_that_were_not_reached_say_that_they_were_interrupted(journal):
    path, _ = journal
    path.write_text(path.read_text().partition("\n")[0] + "\n")
    for outcome in store.read(path).outcomes:
        assert isinstance(outcome, Failed)
        assert outcome.reason.startswith("Interrupted before its first timed slot")


def test_an_entry_that_cannot_be_is_a_sentence(journal):
    path, _ = journal
    entries = journals.entries(path)
    for damage in ([], {"kind": "dance"}, {"kind": "slot", "case": 99}, {}):
        path.write_text("".join(json.dumps(e) + "\n" for e in [*entries[:5], damage, *entries[5:]]))
        with pytest.raises(ReportError, match="is not a report that can be read") as caught:
            store.read(path)
        assert "\n" not in caught.value.message
