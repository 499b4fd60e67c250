"""A view as a notebook shows it: a table, sentences, and parts that unfold."""

from collections.abc import Iterator, Sequence
from html import escape

from bench.blocks import Block, Cell, Folded, Picture, Section, Sentence, Table, View, arranged
from bench.console import plain


def html(view: View) -> str:
    """HTML without scripts and styles of its own, which notebooks remove; texts are escaped."""
    return "".join(_drawn(arranged(view, "document")))


def _drawn(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Table():
                yield _table(block)
            case Sentence():
                label = f"<b>{_text(block.label)}:</b> " if block.label else ""
                yield f"<p>{label}{_text(block.text)}</p>"
            case Section():
                yield f"<h4>{_text(block.title)}</h4>{''.join(_drawn(block.blocks))}"
            case Folded():
                inside = "".join(_drawn(block.blocks))
                yield f"<details><summary>{_text(block.title)}</summary>{inside}</details>"
            case Picture():
                yield f"<p>{_text(block.description)}</p>"


def _table(table: Table) -> str:
    names = [column.kind != "number" for column in table.columns]
    head = _line("th", names, [Cell(column.heading) for column in table.columns])
    lines = "".join(_line("td", names, row) for row in (*table.rows, *table.sums))
    title = f"<caption>{_text(table.title)}</caption>" if table.title else ""
    below = f"<p>{_text(table.caption)}</p>" if table.caption else ""
    return f"<table>{title}<thead>{head}</thead><tbody>{lines}</tbody></table>{below}"


def _line(tag: str, names: Sequence[bool], cells: Sequence[Cell]) -> str:
    """Names stand on the left, numbers on the right; what is strong is so here too."""
    drawn = []
    for name, cell in zip(names, cells, strict=True):
        text = _text(cell.text)
        text = f"<b>{text}</b>" if cell.style == "strong" and text else text
        drawn.append(f'<{tag} style="text-align: {"left" if name else "right"}">{text}</{tag}>')
    return f"<tr>{''.join(drawn)}</tr>"


def _text(text: str) -> str:
    return escape(plain(text))
