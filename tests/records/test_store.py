"""Reports on disk: foreign, newer, torn, empty and unwritable ones are sentences."""

import gc
import json

import drawn
import pytest
import reports
from hypothesis import given, settings

from bench.analysis.summary import summarise
from bench.domain import Failed, Invalid, Skipped
from bench.errors import ReportError
from bench.records import schema, store
from bench.records.document import REPORT
from bench.records.files import write_atomically
from bench.records.journal import JOURNAL, Journal


def header(*cases, **changes):
    return reports.header(*map(schema.encode_case, cases), **changes)


def rendered(report):
    return reports.saved(summarise(report))


@pytest.fixture
def report():
    case = reports.case
    return reports.report(
        reports.measured(case("avg"), counts=reports.accuracy()),
        reports.measured(case("max"), seconds=5e-5, disturbed={(0, 1)}),
        Skipped(case("avg", "onnxruntime:cuda"), "no device"),
        Invalid(case("max", "torch:cpu"), "wrong", reports.accuracy(correct=1, disagreements=9)),
    )


def test_what_format_json_prints_is_read_back_as_the_same_report(tmp_path, report):
    path = tmp_path / "saved.json"
    path.write_text(rendered(report), encoding="utf-8")
    assert store.read(path) == report


def test_the_collector_looks_for_cycles_again_after_a_report_and_after_what_is_none(
    tmp_path, report, monkeypatch
):
    (tmp_path / store.SUMMARY).write_text(rendered(report), encoding="utf-8")
    seen = []
    monkeypatch.setattr(store.kinds, "check_report", lambda read: seen.append(gc.isenabled()))
    store.read(tmp_path)
    assert (seen, gc.isenabled()) == ([False], True)
    (tmp_path / store.SUMMARY).write_text("{", encoding="utf-8")
    with pytest.raises(ReportError):
        store.read(tmp_path)
    assert gc.isenabled()


def test_a_folder_that_keeps_the_summary_alone_is_read_too(tmp_path, report):
    (tmp_path / store.SUMMARY).write_text(rendered(report), encoding="utf-8")
    assert store.read(tmp_path) == report


@settings(max_examples=60)
@given(drawn.REPORTS)
def test_any_report_can_be_summarised_printed_and_read_back(tmp_path_factory, report):
    path = tmp_path_factory.mktemp("any") / "saved.json"
    write_atomically(path, rendered(report))
    assert store.read(path) == report


def test_a_journal_is_read_by_its_folder_or_itself(tmp_path):
    journal = Journal(tmp_path)
    journal.append(header(reports.case()))
    journal.append({"kind": "ended", "case": 0, "status": "skipped", "reason": "no device"})
    journal.sync()
    journal.close()
    expected = reports.report(Skipped(reports.case(), "no device"))
    assert store.read(tmp_path) == store.read(tmp_path / JOURNAL) == expected


def test_a_journal_without_a_folder_keeps_nothing():
    journal = Journal(None)
    journal.append(header())
    journal.sync()
    journal.close()


def test_every_entry_is_with_the_operating_system_before_the_next_step(tmp_path):
    journal = Journal(tmp_path)
    journal.append(header(reports.case()))
    assert json.loads((tmp_path / JOURNAL).read_text())["version"] == REPORT.version
    journal.close()


FOREIGN = {
    "nothing": "",
    "text": "no JSON at all",
    "torn": '{"schema": "onnx-bench/report", "version": 1, "created": "20',
    "a list": "[]",
    "another schema": '{"schema": "somebody/else", "version": 1}',
    "no schema": '{"version": 1}',
    "a number": "1",
    "a word for a version": '{"schema": "onnx-bench/report", "version": "one"}',
    "no outcomes": '{"schema": "onnx-bench/report", "version": 1}',
    "outcomes of numbers": json.dumps(
        {
            "schema": "onnx-bench/report",
            "version": 1,
            "created": "",
            "environment": {},
            "command": [],
            "outcomes": [1],
        }
    ),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("name", ["report.json", JOURNAL])
def test_what_is_no_report_is_a_sentence_that_names_the_file(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content + "\n" if content else "")
    with pytest.raises(ReportError) as caught:
        store.read(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("key", ["created", "environment", "command", "effort", "plan", "schema"])
def test_a_journal_whose_header_lacks_something_is_a_sentence(tmp_path, key):
    fields = header(reports.case())
    del fields[key]
    (tmp_path / JOURNAL).write_text(json.dumps(fields) + "\n")
    with pytest.raises(ReportError, match="is not a report that can be read"):
        store.read(tmp_path)


def test_a_journal_that_goes_on_drops_the_torn_line_of_its_first_writer(tmp_path):
    first = json.dumps(header(reports.case())) + "\n"
    (tmp_path / JOURNAL).write_text(first + '{"kind": "ended", "ca')
    journal, ledger = Journal.again(tmp_path)
    journal.go_on(ledger)
    journal.append({"kind": "ended", "case": 0, "status": "failed", "reason": "died"})
    journal.close()
    assert store.read(tmp_path).outcomes == (Failed(reports.case(), "died"),)


def test_bytes_that_are_no_text_are_a_sentence(tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReportError, match="is not a report that can be read"):
        store.read(path)


@pytest.mark.parametrize("name", ["report.json", JOURNAL])
def test_a_newer_version_says_which_and_how_to_upgrade(tmp_path, name):
    path = tmp_path / name
    path.write_text(json.dumps(header(version=REPORT.version + 1)) + "\n")
    with pytest.raises(ReportError, match=f"is a report of version {REPORT.version + 1}") as caught:
        store.read(path)
    assert "Use a newer onnx-bench" in caught.value.hint


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere.jsonl"])
def test_a_missing_report_is_a_sentence(tmp_path, name):
    with pytest.raises(ReportError, match=r"nowhere.*No such file"):
        store.read(tmp_path / name)


def test_a_folder_without_a_journal_is_a_sentence(tmp_path):
    with pytest.raises(ReportError, match="is a folder without a report"):
        store.read(tmp_path)


def test_folders_are_named_by_the_time_and_never_shared(tmp_path):
    parent = tmp_path / "made" / "reports"
    names = [store.new_folder(parent, reports.CREATED).name for _ in range(3)]
    assert names == ["2026-01-02T030405", "2026-01-02T030405-2", "2026-01-02T030405-3"]


def test_a_file_in_place_of_the_folder_of_reports_is_a_sentence(tmp_path):
    path = tmp_path / "reports"
    path.write_text("precious")
    for parent in (path, path / "deeper"):
        with pytest.raises(ReportError, match="cannot be written") as caught:
            store.new_folder(parent, reports.CREATED)
        assert "--no-save" in caught.value.hint
    assert path.read_text() == "precious"


def test_a_journal_in_a_file_in_place_of_a_folder_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="Not a directory"):
        Journal(tmp_path / "file")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda fields: fields.update(environment=[]),
        lambda fields: fields["outcomes"][0].update(opened=[]),
        lambda fields: fields["outcomes"][0].update(samples=[]),
        lambda fields: fields["outcomes"][0]["samples"][0].__setitem__(0, []),
        lambda fields: fields["outcomes"][0]["samples"][0][0].__setitem__(0, 0.0),
        lambda fields: fields["outcomes"][0]["samples"][0][0].__setitem__(0, -1e-3),
        lambda fields: fields["outcomes"][0]["accuracy"].update(total=0, correct=0),
        lambda fields: fields["outcomes"][0]["accuracy"].update(correct=10_001),
        lambda fields: fields["outcomes"][0]["case"].update(batch="1"),
        lambda fields: fields["outcomes"][0]["case"].update(batch=0),
    ],
)
def test_figures_that_cannot_be_are_damage(tmp_path, report, spoil):
    fields = json.loads(rendered(report))
    spoil(fields)
    path = tmp_path / "spoilt.json"
    path.write_text(json.dumps(fields))
    with pytest.raises(ReportError, match="is not a report that can be read"):
        summarise(store.read(path))


def test_a_file_nested_without_end_is_damage(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    with pytest.raises(ReportError, match="is not a report that can be read"):
        store.read(path)
