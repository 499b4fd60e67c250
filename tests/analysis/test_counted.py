"""Instructions and cycles of a call: figures of a row with verdicts of their own."""

import json
from dataclasses import replace

import pytest
import reports
import schemas

from bench.analysis.document import report_document
from bench.analysis.figures import readings
from bench.analysis.summary import summarise
from bench.cli import main
from bench.errors import NothingMeasured
from bench.records.schema import decode_outcome, encode_outcome
from bench.views.holds import holds


def counted(measured, instructions):
    """The row with instructions of a call that differ a little from slot to slot."""
    slots = tuple(
        replace(slot, counted={"instructions": instructions * (1 + 1e-5 * (number % 3))})
        for number, slot in enumerate(measured.slots)
    )
    return replace(measured, slots=slots)


@pytest.fixture
def report():
    """Two rows that take the same time, of which the second executes 2 % more."""
    first, second = (reports.measured(reports.case(model)) for model in ("avg", "max"))
    return reports.report(counted(first, 300_000.0), counted(second, 306_000.0))


def test_instructions_are_a_figure_with_an_interval(report):
    first, second = (readings(row) for row in summarise(report).rows)
    assert first["instructions"]["value"] == pytest.approx(300_000, rel=1e-4)
    assert second["instructions"]["low"] < 306_010 < second["instructions"]["high"] * 1.0001
    assert first["instructions"]["unit"] == "count"
    assert "cycles" not in first


def test_they_have_a_verdict_of_their_own(report):
    (by_time,) = summarise(report).comparisons
    (by_count,) = summarise(report, "instructions").comparisons
    assert by_time.verdict != "slower"
    assert by_count.verdict == "slower"
    assert by_count.ratio.value == pytest.approx(1.02, abs=1e-4)


def test_rows_that_execute_the_same_are_not_called_equally_fast(report):
    first = report.outcomes[0]
    same = counted(reports.measured(reports.case("max")), 300_000.0)
    (told,) = holds(summarise(replace(report, outcomes=(first, same)), "instructions"))
    assert "max and avg are alike in instructions within 1 %" in told


def test_what_was_not_counted_is_not_judged(report):
    with pytest.raises(NothingMeasured, match="The cycles of avg"):
        summarise(report, "cycles")


def test_they_are_saved_and_read_and_the_schema_knows_them(report):
    for outcome in report.outcomes:
        assert decode_outcome(json.loads(json.dumps(encode_outcome(outcome)))) == outcome
    document = json.loads(json.dumps(report_document(summarise(report, "instructions"))))
    schemas.check("report", document)
    assert document["outcomes"][0]["counted"][0][2] == {"instructions": 300_000.0}


def test_a_count_below_zero_is_no_count(report):
    fields = json.loads(json.dumps(encode_outcome(report.outcomes[0])))
    fields["counted"][0][2]["instructions"] = -1.0
    with pytest.raises(ValueError, match="less than nothing"):
        decode_outcome(fields)


def test_a_run_that_cannot_count_says_so_before_it_begins(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("bench.host.hardware.refusal", lambda: ("It must not.", "Type this."))
    words = ["run", "max", "--judge", "cycles", "--reports", str(tmp_path / "reports")]
    assert main(words) == 1
    assert "--judge cycles: It must not." in capsys.readouterr().err
    assert not (tmp_path / "reports").exists()
