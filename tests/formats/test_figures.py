"""A figure is declared once: from its one entry it stands in every format, in its own unit."""

import csv
import io
import json

import pytest
import reports
from pages import check, rendered

from bench.analysis import figures
from bench.analysis.figures import FIGURES, Figure
from bench.analysis.summary import Interval, summarise
from bench.cli import main
from bench.views.columns import columns


@pytest.fixture
def grown(monkeypatch):
    """A report with a figure that nobody has thought of yet."""
    made_up = Figure(
        "growth", "Growth", "bytes", "lower", lambda row: row.p50 and 123_456_789, "room"
    )
    monkeypatch.setattr(figures, "FIGURES", (*FIGURES, made_up))
    return summarise(reports.report(reports.measured(), reports.measured(reports.case("max"))))


def test_one_entry_is_a_figure_in_every_format_that_people_read(grown):
    _, _, heading, _, first, *_ = rendered(grown, "table", 200).splitlines()
    assert heading.split()[-1] == "Growth"
    assert first.endswith("123 MB")
    in_the_open, _, folded = rendered(grown, "markdown").partition("<details>")
    assert "Growth" not in in_the_open
    assert "Growth |" in folded
    assert "123 MB |" in folded
    page = check(rendered(grown))
    assert "123 MB" in page.tables[1][0]
    assert 'data-value="1.23457e+08"' in rendered(grown)


def test_one_entry_is_a_figure_for_programs_and_spreadsheets(grown):
    for line in csv.DictReader(io.StringIO(rendered(grown, "csv"))):
        assert line["growth_bytes"] == "123456789"
    for outcome in json.loads(rendered(grown, "json"))["outcomes"]:
        assert outcome["figures"]["growth"] == {
            "value": 123_456_789,
            "low": None,
            "high": None,
            "unit": "bytes",
            "better": "lower",
        }


def test_one_entry_is_a_figure_of_the_gate(grown, tmp_path, capsys):
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_text(reports.saved(grown), encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("after", "before")]
    limit = ["--fail-if-slower", "5%"]
    assert main(["gate", paths[0], "--baseline", paths[1], *limit, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["figures"]["growth"]["value"] for row in rows] == [123_456_789] * 2


def test_names_columns_and_labels_are_those_of_one_figure_each():
    for names in (
        [figure.name for figure in FIGURES],
        [figure.label for figure in FIGURES],
        [figure.column for figure in FIGURES],
    ):
        assert len(set(names)) == len(names)


def test_figures_in_json_are_the_values_of_the_row(summary):
    outcomes = json.loads(rendered(summary, "json"), parse_constant=pytest.fail)["outcomes"]
    for outcome, row in zip(outcomes, summary.rows, strict=True):
        for figure in FIGURES:
            told = outcome["figures"].get(figure.name)
            reading = figure.of(row)
            assert (told is None) == (reading is None), figure.name
            if told:
                assert told["value"] == figures.number(reading)
                assert (told["unit"], told["better"]) == (figure.unit, figure.better)


def test_an_interval_is_declared_where_there_is_one(summary):
    for figure in FIGURES:
        told = [figures.bounds(figure.of(row)) for row in summary.rows]
        assert figure.interval or not any(told), figure.name


def test_a_figure_with_an_interval_gets_a_column_for_its_width_where_it_asks_for_one(monkeypatch):
    made_up = Figure(
        "made_up",
        "Made up",
        "seconds",
        "lower",
        lambda row: row.p50,
        "first",
        interval=True,
        spread="±",
    )
    monkeypatch.setattr(figures, "FIGURES", (*FIGURES, made_up))
    summary = summarise(reports.report(reports.measured()))
    headings = [column.heading for column in columns([summary])]
    assert headings[-2:] == ["Made up", "±"]
    (line,) = csv.DictReader(io.StringIO(rendered(summary, "csv")))
    assert line["made_up_low"] == line["p50_low"]
    assert isinstance(summary.rows[0].throughput, Interval)
