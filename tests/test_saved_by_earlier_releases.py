"""What release 0.1 saved, one of each kind, is still read by the commands that show it."""

import json
import shutil
from pathlib import Path

import pytest

from bench.cli import main
from bench.records.journal import replay

SAVED = Path(__file__).parent / "data" / "saved-0.1"


def shown(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


@pytest.mark.parametrize("place", ["report", "report/journal.jsonl", "report/report.json"])
@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json", "html"])
def test_a_report(capsys, place, form):
    out = shown(capsys, "report", SAVED / place, "--format", form)
    for name in ("avg-fp32", "avg-int8", "max-int8"):
        assert name.removesuffix("-fp32") in out


def test_a_variant_has_its_own_number_format(capsys):
    outcomes = json.loads(shown(capsys, "report", SAVED / "report", "--format", "json"))["outcomes"]
    found = {row["case"]["model"]: row["case"]["precision"] for row in outcomes}
    assert found == {"avg": "fp32", "avg-int8": "int8", "max": "fp32", "max-int8": "int8"}


def test_a_report_with_a_row_that_was_skipped(capsys):
    out = shown(capsys, "report", SAVED / "fallback")
    assert "skipped: The installed onnxruntime has no CUDA provider." in " ".join(out.split())


def test_two_reports_are_compared_and_judged(capsys):
    report = SAVED / "report"
    assert "avg" in shown(capsys, "compare", report, SAVED / "report" / "report.json")
    gate = ["gate", report, "--baseline", report, "--max-accuracy-drop", "1%"]
    assert "assed" in shown(capsys, *gate)


def test_a_report_joins_the_history_of_its_release(capsys, tmp_path):
    history = shutil.copy(SAVED / "history.sqlite3", tmp_path)
    shown(capsys, "history", "--add", SAVED / "report", "--history-file", history)
    out = shown(capsys, "history", "avg", "--history-file", history)
    assert out.count("2026-11-27") == 1  # the same run, which it holds already


def test_a_plan_is_decoded_for_going_on():
    ledger = replay(SAVED / "report" / "journal.jsonl")
    assert ledger.replicates == 2
    assert [outcome.case.model.name for outcome in ledger.report().outcomes] == [
        *("avg", "avg-int8", "max", "max-int8"),
    ]


def test_a_self_test(capsys):
    out = shown(capsys, "selftest", "--show", SAVED / "selftest.jsonl")
    assert "A/A" in out


def test_documents_show_training_self_tests_and_the_corpus(tmp_path):
    shutil.copytree(SAVED, tmp_path / "saved")
    page = tmp_path / "page.md"
    kinds = {"training": "training", "selftest": "selftest.jsonl", "corpus": "corpus.json"}
    page.write_text(
        "".join(f"<!-- {kind}: saved/{name} -->\n\n<!-- end -->\n" for kind, name in kinds.items())
    )
    assert main(["report", "--update-docs", str(page)]) == 0
    text = page.read_text()
    assert "| Network | Recipe |" in text
    assert "| quick | A/A |" in text
    assert "onnxruntime:cpu, numpy 2.4.6" in text
