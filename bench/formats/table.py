"""A table for the terminal."""

import io

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.formats import sentences, wording
from bench.summary import Summary

_WIDE = 110  # columns from which the width of the median's interval is shown
_GAP = 2  # columns between two columns of the table
_NARROWEST = 6  # columns for a name, however long
_NAMES, _P50, _INTERVAL = 2, 3, 4  # the first columns of wording.HEADINGS
_STATUS_STYLE = {"skipped": "yellow", "failed": "red", "invalid": "bold red"}


class TableFormat:
    """Rows with their figures, the comparisons as sentences, and every reason and advice."""

    def render(self, summary: Summary, width: int, colour: bool) -> str:
        """The table at `width` columns; names are folded, numbers never cut but rather too wide."""
        stream = io.StringIO()
        console = Console(
            file=stream,
            width=width,
            highlight=False,
            force_terminal=colour,
            color_system="standard" if colour else None,
        )
        console.print(_table(summary, width), crop=False)
        console.print()
        for sentence in sentences.comparisons(summary):
            console.print(Text(sentence))
        for note in sentences.notes(summary):
            console.print(Text(note, style="yellow"))
        console.print(Text(sentences.machine(summary), style="dim"))
        return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _table(summary: Summary, width: int) -> Table:
    shown = [i for i, _ in enumerate(wording.HEADINGS) if i != _INTERVAL or width >= _WIDE]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    rows = [(row, wording.cells(row)) for row in summary.rows]
    headings = wording.headings(summary)
    for index in shown:
        if index < _NAMES:
            table.add_column(headings[index], overflow="fold", min_width=_NARROWEST)
        else:
            widest = max(len(text) for text in (headings[index], *(c[index] for _, c in rows)))
            table.add_column(headings[index], justify="right", no_wrap=True, min_width=widest)
    least = sum((column.min_width or 0) + _GAP for column in table.columns) - _GAP
    table.width = least if least > width else None
    for row, texts in rows:
        # Text, never markup: a model's name may hold brackets.
        cells = [Text(cell) for cell in texts]
        cells[_P50].stylize(_STATUS_STYLE.get(row.status, "bold"))
        table.add_row(*(cells[index] for index in shown))
    return table


plugin = TableFormat()
