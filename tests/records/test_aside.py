"""The samples of a large report: put aside once it is complete, and the same as before."""

import errno
import json
import os
from array import array
from dataclasses import replace

import numpy
import pytest
import reports
from pages import rendered
from scripted import COLD, RAN, WARM_UP

from bench.analysis.document import report_document
from bench.analysis.rows import tails
from bench.analysis.summary import summarise
from bench.domain import Slot
from bench.domain.slots import CODES, Measured
from bench.engine.recording import Recording
from bench.errors import ReportError
from bench.records import aside, packing, schema, store
from bench.records.archive import Archive, KeptSamples
from bench.records.journal import JOURNAL, Journal, in_one_piece
from bench.records.ledger import Ledger

OPENED = {"ran": RAN, "cold": COLD, "warm_up": WARM_UP, "peak_rss": 1, "memory": {}, "inputs": ""}
CASES = (reports.case("avg"), reports.case("max"))


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """A run of two rows that was saved; every report is a large one."""
    monkeypatch.setattr(aside, "LARGE", 10)
    header = reports.header(*map(schema.encode_case, CASES))
    journal = Journal(tmp_path)
    journal.append(header)
    return Recording(Ledger(header), journal), journal


def measure(recording, replicates, whole=True):
    """More replicates; their times are whole nanoseconds, as a clock tells them, or not."""
    for number in replicates:
        recording.add("replicate", replicate=number)
        for case in range(len(CASES)):
            recording.add("opened", case=case, **OPENED)
        for round_ in range(3):
            for case in range(len(CASES)):
                samples = [(1000 + 7 * number + call + case) * 1e-9 for call in range(4)]
                recording.add(
                    "slot",
                    case=case,
                    replicate=number,
                    round=round_,
                    samples=samples if whole else [sample / 3 for sample in samples],
                    disturbed="waited" if (number, round_, case) == (1, 2, 0) else None,
                )
        recording.add("complete", replicate=number)


def put_aside(recording, journal):
    summary = summarise(recording.ledger.report())
    journal.put_aside(recording.ledger, [tails(row) for row in summary.every_row])
    journal.close()


def samples(report):
    return [[(s.replicate, s.round, list(s.samples)) for s in o.slots] for o in report.outcomes]


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_put_aside_is_read_as_if_it_had_not_been(begun, tmp_path, whole):
    recording, journal = begun
    measure(recording, range(3), whole)
    before = store.read(tmp_path)
    put_aside(recording, journal)
    after = store.read(tmp_path)
    assert samples(after) == samples(before)
    assert report_document(summarise(after)) == report_document(summarise(before))
    assert '"samples"' not in (tmp_path / JOURNAL).read_text()
    with numpy.load(tmp_path / "samples-1.npz") as saved:
        assert saved["row-1"].dtype == ("u4" if whole else "f8")


def test_a_journal_in_one_piece_can_be_read_elsewhere(begun, tmp_path):
    recording, journal = begun
    measure(recording, range(3))
    put_aside(recording, journal)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / JOURNAL).write_bytes(in_one_piece(tmp_path / JOURNAL))
    first, second = (summarise(store.read(folder)) for folder in (tmp_path, elsewhere))
    assert report_document(first) == report_document(second)


def test_figures_are_shown_without_reading_samples(begun, tmp_path, monkeypatch):
    recording, journal = begun
    measure(recording, range(3))
    put_aside(recording, journal)
    monkeypatch.setattr(KeptSamples, "_seconds", lambda samples: pytest.fail("they were read"))
    summary = summarise(store.read(tmp_path))
    assert "1.001" in rendered(summary, "table", 80)
    assert [row.samples for row in summary.rows] == [36, 36]
    assert all(row.p50 and row.p90 for row in summary.rows)


def test_a_run_that_goes_on_puts_the_rest_aside_too(begun, tmp_path):
    recording, journal = begun
    measure(recording, range(2))
    put_aside(recording, journal)
    journal, ledger = Journal.again(tmp_path)
    journal.go_on(ledger)
    again = Recording(ledger, journal)
    measure(again, [2])
    before = store.read(tmp_path)
    put_aside(again, journal)
    assert {path.name for path in tmp_path.glob("*.npz")} == {"samples-1.npz", "samples-2.npz"}
    after = store.read(tmp_path)
    assert samples(after) == samples(before)
    assert summarise(after).rows[0].p90 == summarise(before).rows[0].p90


def test_a_disk_that_is_full_leaves_the_journal_as_it_was(begun, tmp_path, monkeypatch):
    recording, journal = begun
    measure(recording, range(2))
    content, replace = (tmp_path / JOURNAL).read_bytes(), os.replace

    def full(source, target):
        if target == tmp_path / JOURNAL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ReportError, match="the disk is full"):
        put_aside(recording, journal)
    assert (tmp_path / JOURNAL).read_bytes() == content
    assert not list(tmp_path.glob(".onnx-bench*"))


def test_samples_of_another_report_are_refused(begun, tmp_path):
    recording, journal = begun
    measure(recording, range(2))
    put_aside(recording, journal)
    path = tmp_path / "samples-1.npz"
    other = Slot(0, 0, array("d", [1.0, 2.0]))
    packing.write(path, [[other], [other]], [(), ()])
    with pytest.raises(ReportError, match=r"samples-1\.npz is not what was measured"):
        store.read(tmp_path)
    path.unlink()
    with pytest.raises(ReportError, match="No such file"):
        store.read(tmp_path)


def test_samples_that_were_changed_are_never_shown(begun, tmp_path):
    recording, journal = begun
    measure(recording, range(2))
    put_aside(recording, journal)
    with numpy.load(tmp_path / "samples-1.npz") as saved:
        tables = dict(saved)
    tables["row-0"] = tables["row-0"] + 1
    numpy.savez(tmp_path / "samples-1.npz", **tables)
    first, second = store.read(tmp_path).outcomes
    assert list(second.slots[0].samples)
    with pytest.raises(ReportError, match="is not what was measured"):
        list(first.slots[0].samples)


def test_a_damaged_line_leaves_out_its_replicate_and_no_other(begun, tmp_path):
    recording, journal = begun
    measure(recording, range(3))
    put_aside(recording, journal)
    path = tmp_path / JOURNAL
    lines = path.read_bytes().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"kept"' in line)
    lines[place] = lines[place].replace(b'"kept"', b'"kapt"')
    before = samples(store.read(tmp_path))
    path.write_bytes(b"".join(lines))
    report = store.read(tmp_path)
    assert "is damaged" in report.damage[0]
    left = [[values for number, _, values in row if number] for row in before]
    assert [[values for _, _, values in row] for row in samples(report)] == left


def test_the_summary_of_a_large_report_says_where_its_samples_are(begun, tmp_path):
    recording, journal = begun
    measure(recording, range(2))
    put_aside(recording, journal)
    document = report_document(summarise(store.read(tmp_path)), samples=False)
    assert document["samples"] == "left out"
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document))
    store.complete(tmp_path)
    assert "samples-1.npz" in (tmp_path / "SHA256SUMS").read_text()
    with pytest.raises(ReportError, match="without its samples"):
        store.read(path)


def test_slots_of_a_file_are_those_of_the_run(tmp_path):
    measured = [Slot(3, number, array("d", [1.0 + number, 2.0])) for number in range(4)]
    disturbed = replace(measured[2], disturbed="stolen", counted={"cycles": 9.0})
    digest = packing.write(tmp_path / "a.npz", [[], measured], [(), ()])
    told = {1: {2: {"disturbed": "stolen", "counted": {"cycles": 9.0}}}}
    ((row, kept),) = Archive(tmp_path, "a.npz", digest).series(3, 5, told)
    assert row == 1
    assert [replace(slot, samples=array("d", slot.samples)) for slot in kept.moved(-2)] == [
        *measured[:2],
        disturbed,
        measured[3],
    ]
    assert [slot.round for slot in kept.told()] == [2]
    assert [slot.round for slot in kept[1:3]] == [1, 2]
    for name in CODES:
        assert kept.column(name) == Measured(measured).column(name)


def test_a_file_whose_slots_are_not_in_order_is_refused(tmp_path):
    slots = [Slot(0, number, array("d", [1.0])) for number in (1, 0)]
    digest = packing.write(tmp_path / "a.npz", [slots], [()])
    with pytest.raises(ReportError, match=r"a\.npz is not what was measured"):
        Archive(tmp_path, "a.npz", digest)
