"""Any view in every format: tables, sentences, folded parts and pictures, drawn once each."""

import json
from dataclasses import dataclass, field

import pytest
from pages import check

from bench.blocks import Cell, Column, Folded, Picture, Records, Sentence, Table
from bench.formats import EVERY, FORMATS
from bench.formats.page.blocks import drawn as html
from bench.formats.terminal import drawn

HOSTILE = "=[red]<b>|\x1b[31m"


@dataclass(frozen=True)
class Shown:
    """A view of all kinds of blocks."""

    title: str = "Made up"
    table: Table = field(
        default_factory=lambda: Table(
            (
                Column("Name", "name"),
                Column("Time"),
                Column("Spare", rank=2),
                Column("Wide", room=100),
            ),
            (
                (Cell(HOSTILE, "strong"), Cell("10 µs", value=1e-5), Cell("spare"), Cell("wide")),
                (Cell("b"), Cell("9 µs", "bad", 9e-6), Cell(""), Cell("")),
            ),
            caption="What it is.",
            sums=((Cell("all"), Cell("19 µs", value=1.9e-5), Cell(""), Cell("")),),
        )
    )

    def blocks(self):
        return [
            self.table,
            Sentence("All is well.", "good", "before"),
            Sentence("Beware.", "warning"),
            Folded("More", (Sentence("Even more.", "dim"),)),
            Picture("Two bars", text=lambda width: "█" * (width // 10), file="bars.svg"),
        ]

    def records(self):
        return Records(("name", "time_seconds"), ({"name": HOSTILE, "time_seconds": 1e-5}, {}))

    def document(self):
        return {"schema": "onnx-bench/made-up", "version": 1, "name": HOSTILE}


def render(name, width=80):
    return FORMATS.load(name).render(Shown(), width, False)


def test_a_terminal_shows_every_block_and_says_what_it_has_no_room_for():
    lines = render("table", 19).splitlines()
    assert lines[0].split() == ["Name", "Time"]
    assert any("No room for: Spare." in line for line in lines)
    text = render("table", 120)
    assert text.splitlines()[0].split() == ["Name", "Time", "Spare", "Wide"]
    assert "=[red]<b>|\\x1b[31m" in text
    for said in ("What it is.", "19 µs", "before: All is well.", "Beware.", "More", "█" * 12):
        assert said in text
    assert "No room" not in text


def test_columns_without_room_that_may_not_leave_stand_in_further_tables():
    headings = [f"Figure number {number}" for number in range(6)]
    columns = (Column("Name", "name"), Column("Batch"), *map(Column, headings))
    row = (Cell("net"), Cell("8"), *(Cell(str(number)) for number in range(6)))
    text = drawn([Table(columns, (row,), keys=2)], 40, colour=False)
    tables = text.split("\n\n")
    assert [part.split("  ")[0] for part in tables] == ["Name"] * len(tables)
    assert all(part.split()[1] == "Batch" for part in tables)
    assert max(map(len, text.splitlines())) <= 40


def test_a_state_and_a_moment_are_never_broken():
    columns = (Column("Name", "name"), Column("Verdict", "state"), Column("Text", "text"))
    name = "2026-11-27T115833 avg cpu batch 1"
    long = "one two three four five six seven eight nine"
    text = drawn([Table(columns, ((Cell(name), Cell("? disturbed"), Cell(long)),))], 54, False)
    assert "2026-11-27T115833" in text
    assert "? disturbed" in text
    narrow = drawn([Table(columns[:2], ((Cell(name), Cell("? disturbed")),))], 40, False)
    assert "2026-11-27T115833" in narrow
    assert max(map(len, narrow.splitlines())) <= 40


def test_the_name_of_another_baseline_below_a_state_is_whole():
    columns = (*map(Column, ("p50", "Ratio")), Column("Verdict", "state"), Column("Rest", rank=1))
    row = (Cell("67.1 µs"), Cell("0.950"), Cell("▲ faster (int8_opset11)"), Cell("9,000,000"))
    lines = drawn([Table(columns, (row,))], 38, False).splitlines()
    assert "▲ faster" in lines[2] and lines[3].strip() == "(int8_opset11)"


def test_markdown_escapes_names_and_folds_what_is_folded():
    text = render("markdown")
    assert "| Name | Time | Spare | Wide |\n| --- | ---: | ---: | ---: |\n" in text
    assert "**=\\[red\\]\\<b\\>\\|\\\\x1b\\[31m** | 10 µs" in text
    assert "> [!WARNING]\n> Beware." in text
    assert "<summary>More</summary>\n\n*Even more.*" in text
    assert "![Two bars](bars.svg)" in text


def test_csv_and_json_hold_records_and_document():
    assert render("csv") == "name,time_seconds\n'=[red]<b>|\\x1b[31m,1e-05\n,\n"
    assert json.loads(render("json")) == Shown().document()
    assert render("json").count("\n") == 1


def test_a_page_without_charts_is_sorted_and_embeds_no_charting_library():
    text = render("html")
    assert "echarts" not in text.lower()
    assert len(text) < 30_000
    page = check(text, scripts=1)
    assert page.rows[0] == ["=[red]<b>|\\x1b[31m", "10 µs", "spare", "wide"]
    for said in ('data-value="9e-06"', "All is well.", "Even more.", "Two bars", "What it is."):
        assert said in text


def test_what_is_to_be_typed_is_code_on_a_page_and_stays_text():
    typed = "`bench compare <b> B` draws one."
    facts = Table((Column("", "name"), Column("", "text")), ((Cell("How"), Cell(typed)),))
    text = html([Sentence(typed, "warning"), facts])
    assert text.count("<code>bench compare &lt;b&gt; B</code> draws one.") == 2
    assert "`" not in text


@pytest.mark.parametrize("name", EVERY)
def test_no_text_of_a_view_steers_a_terminal(name):
    assert "\x1b" not in render(name)
