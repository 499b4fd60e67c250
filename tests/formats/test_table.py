"""The terminal's table: numbers whole at every width, nothing of a name executed."""

import re

import drawn
import pytest
import reports
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import rendered

from bench.analysis.summary import summarise
from bench.views.columns import columns
from bench.views.rows import terminal


def heading(text):
    """The columns' names: below the machine."""
    return text.split("\n\n")[1].splitlines()[0]


def left_out(text):
    said = re.search(r"No room for: ([^.]*)\.", text)
    return " ".join(said[1].split()).split(", ") if said else []


@settings(max_examples=40, deadline=None)
@given(drawn.REPORTS, st.sampled_from([20, 40, 80, 100, 120, 200]))
def test_what_is_shown_stands_whole_at_any_width(report, width):
    summary = summarise(reports.report(*report.outcomes))
    text = rendered(summary, "table", width, colour=False)
    assert "…" not in text.partition("No room")[0]
    gone = left_out(text)
    for row in summary.rows:
        for column in columns([summary], "first", "second", "spread"):
            if column.heading not in gone:
                assert column.text(row) in text


# In this order figures leave: see the ranks of bench.views.rows.
@pytest.mark.parametrize(
    ("width", "gone"),
    [
        (132, []),
        (120, ["Max diff", "Load"]),
        (80, ["Batch", "± time", "p99", "Inputs/s", "Max diff", "Load"]),
        (60, ["Batch", "± time", "Interval", "p99", "Inputs/s", "Accuracy", "Max diff", "Load"]),
        (
            40,
            [
                "Batch",
                "± time",
                "Ratio",
                "Interval",
                "p99",
                "Inputs/s",
                "Accuracy",
                "Max diff",
                "Load",
            ],
        ),
    ],
)
def test_figures_leave_in_a_fixed_order_and_it_is_said_which(width, gone):
    rows = [reports.measured(reports.case(name), counts=reports.accuracy()) for name in "ab"]
    rows.append(reports.measured(reports.case("a", "torch-compile:cpu")))
    text = rendered(summarise(reports.report(*rows)), "table", width, colour=False)
    assert left_out(text) == gone
    assert all(name not in heading(text) for name in gone)
    assert "Verdict" in heading(text)
    assert "p50" in heading(text)
    assert max(map(len, text.splitlines())) <= width


def test_what_no_row_has_takes_no_room_from_what_rows_have():
    rows = [reports.measured(reports.case(name)) for name in ("own", "other")]
    text = rendered(summarise(reports.report(*rows)), "table", 80, colour=False)
    assert "Inputs/s" in heading(text)
    assert "Accuracy" not in text and "Max diff" not in text


def test_a_long_name_is_broken_between_its_parts():
    name = "models/vision/quantised/resnet50-v1-12-int8-dynamic.onnx"
    pair = [reports.measured(reports.case(each)) for each in (name, f"other/{name}")]
    text = rendered(summarise(reports.report(*pair)), "table", 80, colour=False)
    table = text.split("\n\n")[1]
    parts = [line[:26].strip() for line in table.splitlines() if "resnet50" in line]
    assert parts == ["resnet50-v1-12-int8-", "quantised/resnet50-v1-12-"]


@pytest.mark.parametrize("width", [80, 100, 110, 120, 200])
def test_the_usual_table_fits_the_width(summary, width):
    assert max(map(len, rendered(summary, "table", width, colour=False).splitlines())) <= width


def test_no_control_character_reaches_the_terminal(summary):
    text = rendered(summary, "table", 80, colour=False)
    assert all(character.isprintable() or character == "\n" for character in text)


def test_colours_are_the_only_escapes_of_a_terminal(summary):
    text = rendered(summary, "table", 80, colour=True)
    assert "\x1b[" in text
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line.rstrip() for line in plain.splitlines()]
    assert lines == rendered(summary, "table", 80, colour=False).splitlines()


def test_a_table_without_rows_is_only_its_headings_and_the_machine():
    text = rendered(summarise(reports.report()), "table", 80, colour=False)
    assert heading(text).startswith("Model")
    assert text.startswith("Example Processor 9000")


@pytest.mark.parametrize(
    ("scales", "bold"),
    [((1.0, 1.2, 1.3), [0]), ((1.2, 1.0, 1.3), [1]), ((1.0, 1.0, 1.3), [])],
)
def test_the_median_of_the_winner_alone_is_bold(scales, bold):
    rows = [
        reports.measured(reports.case(f"m{number}"), 1e-3 * scale, replicates=5, spread=1e-4)
        for number, scale in enumerate(scales)
    ]
    table = terminal([("", summarise(reports.report(*rows)))])
    strong = [
        number
        for number, row in enumerate(table.rows)
        if any(cell.style == "strong" for cell in row)
    ]
    assert strong == bold
