"""Blocks drawn with characters, at the width of a terminal."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from bench.blocks import Block, Cell, Column, Folded, Picture, Section, Sentence, Style, Table
from bench.console import plain

_GAP = 2  # columns between two columns of the table
_NARROWEST = 6  # columns for text, however long
_TEXT = 11  # columns for the longest word of a text
_BELOW = 18  # columns for the name below a state
# Before a name is broken it may take so many columns, enough for a moment, or one of so many parts
# of the width; less where it must.
_NAMES = ((18, 3), (_NARROWEST, 4), (_NARROWEST, 5))
# A moment is one part, as it stands in the names of reports.
_PARTS = re.compile(r"\d{4}-\d\d-\d\dT\d{6}[/\-_.:, ]*|[^/\-_.:, ]*[/\-_.:, ]*")
_STYLES: Mapping[Style, str] = {
    "plain": "",
    "strong": "bold",
    "dim": "dim",
    "good": "green",
    "warning": "yellow",
    "bad": "red",
}


def drawn(blocks: Sequence[Block], width: int, colour: bool) -> str:
    """All blocks below each other; an empty line stands around what is no sentence."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        highlight=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    for part in _parts(blocks, width):
        console.print(part, crop=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _parts(blocks: Sequence[Block], width: int) -> Iterator[RichTable | Text]:
    for index, block in enumerate(blocks):
        alone = not isinstance(block, Sentence)
        if index and (alone or not isinstance(blocks[index - 1], Sentence)):
            yield Text()
        match block:
            case Table():
                if block.title:
                    yield Text(plain(block.title), style="bold")
                yield from _table(block, width)
            case Sentence():
                yield _sentence(block)
            case Section() | Folded():
                yield Text(plain(block.title), style="bold")
                yield from _parts(block.blocks, width)
            case Picture():
                yield Text(
                    block.text(width).strip("\n") if block.text else plain(block.description)
                )


def _sentence(sentence: Sentence) -> Text:
    # Text, never markup: a name may hold brackets.
    said = f"{sentence.label}: {sentence.text}" if sentence.label else sentence.text
    text = Text(plain(said), style=_STYLES[sentence.style])
    if sentence.unbroken:
        text.no_wrap, text.overflow = True, "ignore"
    return text


def _table(table: Table, width: int) -> Iterator[RichTable | Text]:
    """The table, then its caption, which may be wider than the table.

    Names are broken between their parts where they must be; numbers are never cut. Columns that do
    not fit, and may not be left out, stand in further tables.
    """
    broken = [_broken(table, max(least, width // parts)) for least, parts in _NAMES]
    fitting = (each for each in broken if _width(each, _fitting(each, width)[0]) <= width)
    table = next(fitting, broken[0])
    shown, left_out = _fitting(table, width)
    for number, part in enumerate(_parted(table, shown, width)):
        if number:
            yield Text()
        yield _drawn(table, part, width)
    said = [table.caption] if table.caption else []
    if left_out:
        said.append(f"No room for: {', '.join(column.heading for column in left_out)}.")
    if said:
        yield Text(plain("\n".join(said)), style="dim")


def _drawn(table: Table, shown: Sequence[int], width: int) -> RichTable:
    """The columns that are `shown`, by index; one that is wider than `width` is not cut."""
    made = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for index in shown:
        column, least = table.columns[index], _least_width(table, index)
        if column.kind in ("text", "state"):
            made.add_column(plain(column.heading), overflow="fold", min_width=least)
        elif column.kind == "name":
            made.add_column(plain(column.heading), no_wrap=True, min_width=least)
        else:
            made.add_column(plain(column.heading), justify="right", no_wrap=True, min_width=least)
    made.show_header = any(column.heading for column in table.columns)
    least = _width(table, shown)
    made.width = least if least > width else None
    for row in table.rows:
        made.add_row(*(_cell(row[index]) for index in shown))
    if table.sums:
        made.add_section()
        for row in table.sums:
            made.add_row(*(_cell(row[index]) for index in shown))
    return made


def _parted(table: Table, shown: Sequence[int], width: int) -> list[list[int]]:
    """The columns of each table, all of which begin with the keys."""
    keys = [index for index in shown if index < table.keys]
    parts = [list(keys)]
    for index in shown[len(keys) :]:
        if len(parts[-1]) > len(keys) and _width(table, [*parts[-1], index]) > width:
            parts.append(list(keys))
        parts[-1].append(index)
    return parts


def _broken(table: Table, most: int) -> Table:
    """The same table with names of more than `most` characters on several lines each."""
    names = [index for index, column in enumerate(table.columns) if column.kind == "name"]

    def row(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(
            replace(cell, text=_lines(plain(cell.text), most)) if index in names else cell
            for index, cell in enumerate(cells)
        )

    return replace(table, rows=tuple(map(row, table.rows)), sums=tuple(map(row, table.sums)))


def _lines(name: str, most: int) -> str:
    """A name broken between its parts, `models/` and `net-int8`, and within one only if it must."""
    lines = [""]
    for part in _PARTS.findall(name):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > most:
            lines.append("")
        lines[-1] += part
        while len(lines[-1].rstrip()) > most:
            lines[-1:] = [lines[-1][:most], lines[-1][most:]]
    return "\n".join(line.rstrip() for line in lines)


def _cell(cell: Cell) -> Text:
    return Text(plain(cell.text), style=_STYLES[cell.style])


def _fitting(table: Table, width: int) -> tuple[list[int], list[Column]]:
    """The columns for which there is room, by index, and those that are left out."""
    wanted = [index for index, column in enumerate(table.columns) if column.room <= width]
    shown = list(wanted)
    spare = sorted(
        (index for index in shown if table.columns[index].rank),
        key=lambda index: -table.columns[index].rank,
    )
    for index in spare:
        if _width(table, shown) > width:
            shown.remove(index)
    return shown, [table.columns[index] for index in wanted if index not in shown]


def _width(table: Table, shown: Sequence[int]) -> int:
    return sum(_least_width(table, index) + _GAP for index in shown) - _GAP


def _least_width(table: Table, index: int) -> int:
    column = table.columns[index]
    cells = [row[index].text for row in (*table.rows, *table.sums)]
    if column.kind == "state":  # its mark and its word stand together, a name below is whole
        parts = [plain(text).partition(" (") for text in (column.heading, *cells)]
        below = max(len(paren + name) - 1 for _, paren, name in parts)
        return max(*(len(word) for word, *_ in parts), min(_BELOW, below))
    if column.kind == "text":
        words = [word for text in (column.heading, *cells) for word in plain(text).split()]
        return max(_NARROWEST, min(_TEXT, max(map(len, words), default=0)))
    return max(len(line) for text in (column.heading, *cells) for line in plain(text).split("\n"))
