"""A table for the terminal."""

import io
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Row, Summary
from bench.blocks import View, arranged
from bench.formats import terminal
from bench.views import sentences, wording
from bench.views.wording import Column

_WIDE = 110  # columns from which the width of the median's interval is shown
_GAP = 2  # columns between two columns of the table
_NARROWEST = 6  # columns for a name, however long
_STATUS_STYLE = {"skipped": "yellow", "failed": "red", "invalid": "bold red"}
Labelled = list[tuple[str, Row]]


class TableFormat:
    """Rows with their figures, the comparisons as sentences, and every reason and advice."""

    def render(self, summary: Summary | View, width: int, colour: bool) -> str:
        """The table at `width` columns; names are folded, numbers never cut but rather too wide."""
        if not isinstance(summary, Summary):
            return terminal.drawn(arranged(summary, "terminal"), width, colour)
        columns = wording.columns([summary])
        texts = [
            _table([("", row) for row in summary.rows], columns, width),
            Text(),
            *(Text(said) for said in sentences.results(summary)),
            *(Text(note, style="yellow") for note in sentences.notes(summary)),
            Text(sentences.machine(summary), style="dim"),
        ]
        return _printed(texts, width, colour)

    def render_several(self, shown: SideBySide, width: int, colour: bool) -> str:
        """All rows in one table, labelled by report; then the sentences of each report."""
        labelled = [
            (label, row)
            for label, summary in zip(shown.labels, shown.summaries, strict=True)
            for row in summary.rows
        ]
        texts = [_table(labelled, wording.columns(shown.summaries), width), Text()]
        for label, summary in zip(shown.labels, shown.summaries, strict=True):
            texts += [Text(f"{label}: {said}") for said in sentences.results(summary)]
            texts += [Text(f"{label}: {n}", style="yellow") for n in sentences.notes(summary)]
            texts.append(Text(f"{label}: {sentences.machine(summary)}", style="dim"))
        texts += [Text(warning, style="yellow") for warning in shown.warnings]
        return _printed(texts, width, colour)


def _printed(texts: Sequence[Table | Text], width: int, colour: bool) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        highlight=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    for text in texts:
        console.print(text, crop=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _table(rows: Labelled, columns: Sequence[Column], width: int) -> Table:
    """The labels of reports stand in a column of their own where there are any."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    labelled = any(label for label, _ in rows)
    if labelled:
        table.add_column("Report", overflow="fold", min_width=_NARROWEST)
    widths = {column.heading: _least_width(column, rows) for column in columns}
    shown = _fitting(columns, widths, width - (_NARROWEST + _GAP if labelled else 0))
    for column in shown:
        if column.kind == "name":
            table.add_column(column.heading, overflow="fold", min_width=_NARROWEST)
        else:
            least = widths[column.heading]
            table.add_column(column.heading, justify="right", no_wrap=True, min_width=least)
    least = sum((column.min_width or 0) + _GAP for column in table.columns) - _GAP
    table.width = least if least > width else None
    status = [column.heading for column in shown].index("p50")
    for label, row in rows:
        # Text, never markup: a model's name may hold brackets.
        cells = [Text(cell) for cell in wording.cells(row, shown)]
        cells[status].stylize(_STATUS_STYLE.get(row.status, "bold"))
        table.add_row(*([Text(label)] if labelled else []), *cells)
    left_out = [column.heading for column in columns if column.kind == "extra"]
    left_out = [heading for heading in left_out if heading not in {c.heading for c in shown}]
    if left_out:
        table.caption = f"No room for: {', '.join(left_out)}."
        table.caption_justify = "left"
    return table


def _least_width(column: Column, rows: Labelled) -> int:
    if column.kind == "name":
        return _NARROWEST
    return max(len(text) for text in (column.heading, *(column.cell(row) for _, row in rows)))


def _fitting(columns: Sequence[Column], widths: dict[str, int], width: int) -> list[Column]:
    """The columns for which there is room; what may be left out goes one by one."""
    shown = [column for column in columns if column.kind != "interval" or width >= _WIDE]
    for extra in [column for column in shown if column.kind == "extra"]:
        if sum(widths[column.heading] + _GAP for column in shown) - _GAP > width:
            shown.remove(extra)
    return shown


plugin = TableFormat()
