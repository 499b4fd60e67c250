"""The JSON of reports is as docs/schemas/report.json publishes it, and older ones are too."""

import copy
import json
from pathlib import Path

import drawn
import pytest
import reports
import schemas
from hypothesis import given, settings
from pages import rendered

from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise

PROJECT = Path(__file__).parents[2]


def printed(shown):
    return json.loads(rendered(shown, "json"))


@settings(max_examples=30, deadline=None)
@given(drawn.REPORTS)
def test_any_report_is_as_its_schema_says(report):
    schemas.check("report", printed(summarise(report)))


def test_every_status_and_several_reports_are_as_the_schema_says(summary, bundled_summary):
    schemas.check("report", printed(summary))
    schemas.check("report", printed(side_by_side(["a", "b"], [summary, bundled_summary])))


@pytest.mark.parametrize(
    "path", ["reports/example/report.json", "tests/data/saved-0.1/report/report.json"]
)
def test_saved_reports_are_as_the_schema_says(path):
    schemas.check("report", json.loads((PROJECT / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), "onnx-bench/other"),
        (("version",), 2),
        (("surprise",), 1),
        (("outcomes", 0, "status"), "guessed"),
        (("outcomes", 0, "reason"), "a measured row has none"),
        (("outcomes", 0, "samples", 0, 0, 0), -1.0),
        (("outcomes", 0, "figures", "p50", "unit"), "hours"),
        (("outcomes", 0, "case", "batch"), 0),
        (("comparisons", 0, "verdict"), "better"),
    ],
)
def test_what_is_not_as_the_schema_says_is_refused(place, value):
    rows = [reports.measured(), reports.measured(reports.case("max"))]
    document = copy.deepcopy(printed(summarise(reports.report(*rows))))
    *inside, last = place
    holder = document
    for step in inside:
        holder = holder[step]
    holder[last] = value
    with pytest.raises(AssertionError):
        schemas.check("report", document)
