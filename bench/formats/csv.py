"""Comma-separated values: one line a row, numbers in SI units that come back to the last digit."""

import csv
import io

from bench.blocks import Value, View
from bench.console import plain
from bench.formats.interface import Format

_FORMULA = "=+-@'"  # a spreadsheet runs a cell that begins with one of the first four


class CsvFormat:
    """Empty cells where there is no figure.

    In texts a backslash is doubled and a control character becomes its Python escape; a text that a
    spreadsheet could take for a formula, or that begins with an apostrophe, gets an apostrophe
    before it. `text` turns that back.
    """

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """All records under one heading line."""
        records = view.records()
        stream = io.StringIO()
        writer = csv.DictWriter(stream, records.columns, lineterminator="\n")
        writer.writeheader()
        for row in records.rows:
            writer.writerow({column: _cell(value) for column, value in row.items()})
        return stream.getvalue()


def text(cell: str) -> str:
    """The text that a cell stands for."""
    return cell.removeprefix("'").encode("latin-1", "backslashreplace").decode("unicode_escape")


def _cell(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    cell = plain(value.replace("\\", "\\\\"))
    return f"'{cell}" if cell.startswith(tuple(_FORMULA)) else cell


plugin: Format = CsvFormat()
