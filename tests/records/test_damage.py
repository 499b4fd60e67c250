"""A journal that is not what was written gives no figure of damaged bytes, and says so."""

import json
import random

import journals
import pytest
import reports
from scripted import ACCURACY, COLD, RAN, WARM_UP

from bench.domain import Failed, Measurement
from bench.errors import ReportError
from bench.records import schema, store
from bench.records.journal import JOURNAL, Journal

REPLICATES, ROUNDS, CASES = 3, 2, 2


def replicate(number, mark):
    """The entries of one replicate, whose samples tell it from the others."""
    opened = {"kind": "opened", "ran": RAN, "cold": COLD, "warm_up": WARM_UP, "peak_rss": mark}
    yield {"kind": "replicate", "replicate": number}
    yield from ({**opened, "case": case} for case in range(CASES))
    for turn in range(ROUNDS):
        for case in range(CASES):
            slot = {"case": case, "replicate": number, "round": turn, "disturbed": None}
            yield {"kind": "slot", **slot, "samples": [mark + turn / 8 + case / 16]}
    if number == 0:
        yield from ({"kind": "accuracy", "case": c, "accuracy": ACCURACY} for c in range(CASES))
    yield {"kind": "complete", "replicate": number}


@pytest.fixture
def journal(tmp_path):
    """A journal of three replicates, with the digests of a complete run."""
    cases = [schema.encode_case(reports.case(name)) for name in ("avg", "max")]
    entries = [reports.header(*cases)]
    for number in range(REPLICATES):
        entries += replicate(number, 1 + number)
    path = tmp_path / JOURNAL
    journals.write(path, entries)
    return path


def marks(report):
    """Of each row the replicates that it has, by the marks of their samples."""
    return [
        sorted({int(slot.samples[0]) for slot in row.slots}) if isinstance(row, Measurement) else []
        for row in report.outcomes
    ]


def all_samples(report):
    return {
        (index, slot.samples[0])
        for index, row in enumerate(report.outcomes)
        if isinstance(row, Measurement)
        for slot in row.slots
    }


def test_any_turned_bit_is_told_and_gives_no_other_figure(journal):
    content, whole = journal.read_bytes(), store.read(journal)
    generator = random.Random(1)
    told = 0
    for _ in range(100):
        bit = generator.randrange(8 * (len(content) - 1))
        journal.write_bytes(journals.flipped(content, bit))
        if bit // 8 <= content.index(b"\n"):  # the line that says what was planned
            with pytest.raises(ReportError, match="is not what was written"):
                store.read(journal)
            continue
        report = store.read(journal)
        told += 1
        assert report.damage
        assert all_samples(report) < all_samples(whole)
    assert told > 30


@pytest.mark.parametrize("lost", range(1, 27))
def test_the_replicate_of_a_damaged_line_is_left_out_and_the_others_used(journal, lost):
    lines = journal.read_bytes().splitlines(keepends=True)
    number = sum(b'"kind":"replicate"' in line for line in lines[: lost + 1]) - 1
    lines[lost] = journals.flipped(lines[lost], 90)
    journal.write_bytes(b"".join(lines))
    report = store.read(journal)
    assert report.damage[0].startswith(f"Line {lost + 1} of the journal is damaged")
    left = [mark for mark in (1, 2, 3) if mark != number + 1]
    assert marks(report) == [left, left]
    for row in report.outcomes:
        assert sorted({slot.replicate for slot in row.slots}) == [0, 1]
        assert [opened.peak_rss for opened in row.opened] == left


def test_lines_that_are_gone_doubled_or_out_of_order_are_told(journal):
    lines = journal.read_bytes().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"kind":"slot"' in line)
    for changed in (
        [*lines[:place], *lines[place + 1 :]],
        [*lines[: place + 1], *lines[place:]],
        [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]],
    ):
        journal.write_bytes(b"".join(changed))
        report = store.read(journal)
        assert report.damage
        assert marks(report) == [[2, 3], [2, 3]]


def test_a_whole_replicate_that_is_gone_leaves_the_others(journal):
    lines = journal.read_bytes().splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if b'"kind":"replicate"' in line]
    journal.write_bytes(b"".join([*lines[: starts[1]], *lines[starts[2] :]]))
    report = store.read(journal)
    assert marks(report) == [[1, 3], [1, 3]]
    assert "is missing" in report.damage[0]


def test_a_row_whose_end_is_lost_is_not_taken_for_a_measured_one(journal):
    entries = journals.entries(journal)
    checked = next(n for n, entry in enumerate(entries) if entry["kind"] == "accuracy")
    ended = {"kind": "ended", "case": 0, "status": "invalid", "reason": "wrong"}
    entries[checked] = ended
    kept = [
        entry
        for place, entry in enumerate(entries)
        if place <= checked or entry.get("case") != 0 or entry["kind"] == "ended"
    ]
    journals.write(journal, kept)
    assert store.read(journal).outcomes[0].reason == "wrong"
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[checked] = journals.flipped(lines[checked], 90)
    journal.write_bytes(b"".join(lines))
    lost, other = store.read(journal).outcomes
    assert isinstance(lost, Failed)
    assert "was lost with a damaged line" in lost.reason
    assert isinstance(other, Measurement)


def test_a_damaged_run_goes_on_with_the_replicates_that_are_left(journal):
    lines = journal.read_bytes().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"kind":"complete"' in line)
    lines[place] = journals.flipped(lines[place], 90)
    journal.write_bytes(b"".join([*lines, b'{"kind":"rep']))
    again, ledger = Journal.again(journal.parent)
    again.go_on(ledger)
    assert ledger.replicates == 2
    for entry in replicate(ledger.replicates, 9):
        again.append(entry)
    again.close()
    report = store.read(journal)
    assert marks(report) == [[2, 3, 9], [2, 3, 9]]
    assert len(report.damage) == 1


def test_a_journal_of_an_earlier_release_goes_on_as_it_began(journal):
    entries = journals.entries(journal)
    journal.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    again, ledger = Journal.again(journal.parent)
    again.go_on(ledger)
    for entry in replicate(ledger.replicates, 9):
        again.append(entry)
    again.close()
    assert marks(store.read(journal)) == [[1, 2, 3, 9]] * 2
    assert store.read(journal).damage == ()


def test_the_digests_of_a_complete_run_tell_that_its_end_is_missing(journal):
    (journal.parent / store.SUMMARY).write_text("{}", encoding="utf-8")
    store.complete(journal.parent)
    assert store.read(journal.parent).damage == ()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-10]))
    assert "SHA256SUMS says: its end is missing" in store.read(journal.parent).damage[0]


def test_a_summary_that_is_not_what_was_written_is_refused(journal):
    summary = journal.parent / store.SUMMARY
    summary.write_text('{"schema": "onnx-bench/report", "version": 1}', encoding="utf-8")
    store.complete(journal.parent)
    summary.write_bytes(journals.flipped(summary.read_bytes(), 300))
    with pytest.raises(ReportError, match="it is not what SHA256SUMS beside it says"):
        store.read(summary)


def test_a_run_that_goes_on_is_not_complete_any_more(journal):
    (journal.parent / store.SUMMARY).write_text("{}", encoding="utf-8")
    store.complete(journal.parent)
    again, ledger = Journal.again(journal.parent)
    assert (journal.parent / "SHA256SUMS").exists()
    again.go_on(ledger)
    again.close()
    assert sorted(entry.name for entry in journal.parent.iterdir()) == [JOURNAL, store.SUMMARY]
