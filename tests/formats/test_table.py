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


def figures(summary, width):
    """The cells that must stand whole; only intervals and extras may be left out."""
    for row in summary.rows:
        for column in columns([summary], "first", "second", "spread"):
            if column.level != "spread" or width >= 110:
                yield column.text(row)


@settings(max_examples=40, deadline=None)
@given(drawn.REPORTS, st.sampled_from([20, 40, 80, 100, 120, 200]))
def test_every_figure_stands_whole_in_the_table_at_any_width(report, width):
    summary = summarise(reports.report(*report.outcomes))
    text = rendered(summary, "table", width, colour=False)
    assert "…" not in text.partition("\n\n")[0]
    for figure in figures(summary, width):
        assert figure in text


@pytest.mark.parametrize("width", [80, 120, 200])
def test_what_is_left_out_for_want_of_room_is_named_and_is_no_figure_that_decides(summary, width):
    text = rendered(summary, "table", width, colour=False)
    heading, left_out = text.splitlines()[0], re.search(r"No room for: (.*)\.", text)
    shown = columns([summary], "key", "first", "spread", "second", "room")
    missing = [c.heading for c in shown if c.heading not in heading]
    named = left_out[1].split(", ") if left_out else []
    assert missing == [*(["95 %"] if width < 110 else []), *named]
    assert set(named) <= {"Max diff", "Load"}
    assert bool(named) == (width == 80)


@pytest.mark.parametrize("width", [80, 100, 110, 120, 200])
def test_the_usual_table_fits_the_width(summary, width):
    assert max(map(len, rendered(summary, "table", width, colour=False).splitlines())) <= width


def test_the_interval_is_shown_where_there_is_room(summary):
    assert "95 %  " not in rendered(summary, "table", 80, colour=False).splitlines()[0]
    assert "95 %  " in rendered(summary, "table", 120, colour=False).splitlines()[0]


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
    assert text.startswith("Model")
    assert "Example Processor 9000" in text
