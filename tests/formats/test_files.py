"""Markdown, CSV and JSON: figures come back as they were, names stay names."""

import csv
import io
import json
import re

import drawn
import pytest
import reports
from hypothesis import given, settings
from pages import rendered

from bench.analysis.summary import summarise
from bench.errors import UsageError
from bench.formats import EVERY, FORMATS
from bench.formats.csv import text
from bench.views.records import columns


def lines_of(summary):
    return list(csv.DictReader(io.StringIO(rendered(summary, "csv"))))


@settings(max_examples=50, deadline=None)
@given(drawn.REPORTS)
def test_csv_comes_back_to_the_last_digit_and_character(report):
    summary = summarise(report)
    lines = lines_of(summary)
    assert len(lines) == len(summary.rows)
    for line, row in zip(lines, summary.rows, strict=True):
        case = row.outcome.case
        texts = {
            "model": case.model.name,
            "sha256": case.model.sha256,
            "target": str(case.target),
            "boundary": case.workload.boundary,
            "status": row.status,
            "reason": row.reason or "",
            "dataset": row.counts.dataset if row.counts else "",
        }
        assert {column: text(line[column]) for column in texts} == texts
        figures = {
            "batch": case.workload.batch,
            "threads": case.workload.threads,
            "p50_seconds": row.p50 and row.p50.value,
            "p50_low": row.p50 and row.p50.low,
            "p50_high": row.p50 and row.p50.high,
            "p90_high": getattr(row.p90, "high", None),
            "p99_seconds": getattr(row.p99, "value", None),
            "items_per_second": row.throughput and row.throughput.value,
            "items_per_second_high": row.throughput and row.throughput.high,
            "load_seconds": row.cold and row.cold.load,
            "accuracy": row.accuracy and row.accuracy.value,
            "accuracy_low": row.accuracy and row.accuracy.low,
            "max_abs_diff": row.counts and row.counts.max_abs_diff,
            "peak_rss_bytes": row.peak_rss,
        }
        for column, figure in figures.items():
            assert (float(line[column]) if line[column] else None) == figure, column


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "'=1+1", "a\\x1b", "a\x1b", "plain"])
def test_no_cell_of_csv_is_a_formula_and_every_text_comes_back(name):
    summary = summarise(reports.report(reports.measured(reports.case(name))))
    (line,) = lines_of(summary)
    assert not line["model"].startswith(("=", "+", "-", "@"))
    assert text(line["model"]) == name


@settings(max_examples=50, deadline=None)
@given(drawn.REPORTS)
def test_every_format_can_be_written_to_a_utf8_file_and_steers_no_terminal(report):
    summary = summarise(reports.report(*report.outcomes))
    for name in EVERY:
        text = rendered(summary, name, 80, False)
        text.encode("utf-8")
        steering = {c for c in text if not c.isprintable() and c != "\n"}
        steering -= {"\t"} if name == "html" else set()  # of the embedded script
        assert not steering, f"{name} prints {steering}"


def test_csv_has_empty_cells_where_there_is_no_figure(summary):
    skipped = next(line for line in lines_of(summary) if line["status"] == "skipped")
    filled = {
        "model",
        "sha256",
        "target",
        "batch",
        "threads",
        "boundary",
        "precision",
        "seed",
        "status",
        "reason",
    }
    assert {column for column in columns() if skipped[column]} == filled


def test_an_invalid_row_of_csv_has_its_accuracy_and_no_time(summary):
    invalid = next(line for line in lines_of(summary) if line["status"] == "invalid")
    assert invalid["disagreements"] == "812"
    assert invalid["p50_seconds"] == invalid["items_per_second"] == ""


def test_json_is_one_object_on_one_line_of_the_documented_shape(summary):
    text = rendered(summary, "json")
    assert text.count("\n") == 1
    fields = json.loads(text, parse_constant=pytest.fail)
    assert list(fields)[:3] == ["schema", "version", "created"]
    assert (fields["schema"], fields["version"]) == ("onnx-bench/report", 1)
    measured, *_, invalid = fields["outcomes"]
    assert measured["case"].keys() >= {
        "model",
        "sha256",
        "target",
        "batch",
        "threads",
        "boundary",
        "precision",
    }
    assert measured["ran"].keys() >= {"providers", "options", "runtime_version"}
    assert measured["latency"].keys() == {"p50", "p90", "p99", "n"}
    for figure in (measured["latency"]["p50"], measured["throughput"]):
        assert figure["low"] < figure["value"] < figure["high"]
    assert measured["latency"]["p99"].keys() == {"value", "n", "needed"}
    assert measured["cold"].keys() >= {"import", "load", "first"}
    assert measured["memory"]["peak_rss"] == 61_000_000
    assert measured["accuracy"].keys() >= {
        "correct",
        "total",
        "low",
        "high",
        "max_abs_diff",
        "disagreements",
    }
    assert len(measured["samples"]) == 5
    assert [len(rounds) for rounds in measured["samples"]] == [20] * 5
    assert invalid["status"] == "invalid"
    assert invalid.keys().isdisjoint({"latency", "throughput", "samples"})
    for comparison in fields["comparisons"]:
        assert comparison.keys() >= {"baseline", "candidate", "ratio", "low", "high", "verdict"}
    slowest = fields["comparisons"][0]
    assert (slowest["baseline"], slowest["candidate"], slowest["verdict"]) == (0, 1, "faster")


def test_an_interval_without_an_upper_end_is_null_in_json():
    summary = summarise(reports.report(reports.measured(replicates=1)))
    (outcome,) = json.loads(rendered(summary, "json"), parse_constant=pytest.fail)["outcomes"]
    assert outcome["latency"]["p50"]["high"] is None
    assert outcome["throughput"]["low"] == 0


def test_every_line_of_a_markdown_table_has_all_cells_and_no_markup_of_a_name(summary):
    lines = rendered(summary, "markdown").splitlines()
    tables = "\n".join(line for line in lines if line.startswith("|") or not line)
    for table in filter(None, (part.strip() for part in tables.split("\n\n"))):
        bars = [len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()]
        assert bars == [bars[0]] * len(bars)
    own = {"<details>", "</details>", "<summary>Details</summary>"}
    rest = [line.replace("> [!WARNING]", "") for line in lines if line not in own]
    assert not re.search(r"(?<!\\)[<`\[]", "\n".join(rest))


def test_markdown_shows_what_decides_and_folds_the_rest(summary):
    in_the_open, _, folded = rendered(summary, "markdown").partition("<details>")
    assert "0.629 | 0.629–0.629 | ▲ faster" in in_the_open
    assert "1.002 | 1.002–1.002 | ≈ tiny" in in_the_open
    assert "| skipped |" in in_the_open
    assert "| failed |" in in_the_open
    assert "| invalid |" in in_the_open
    assert "killed by SIGSEGV" in in_the_open
    assert "not steady after warm-up" in folded
    assert "p99" in folded
    assert "Measured on 2026-01-02T03:04:05+00:00 by: bench run" in folded


def test_an_unsuitable_environment_is_an_alert_in_the_open():
    summary = summarise(reports.report(reports.measured(disturbed={(0, 0), (1, 1), (2, 2)})))
    in_the_open, _, _ = rendered(summary, "markdown").partition("<details>")
    assert "> [!WARNING]\n> Environment unsuitable" in in_the_open


def test_an_unknown_format_names_the_choices():
    with pytest.raises(UsageError, match="no format called 'yaml'") as caught:
        FORMATS.load("yaml")
    assert caught.value.hint == f"Choose one of: {', '.join(FORMATS.all_names())}."
