"""Blocks as HTML: all that a reader needs without a script, and all text escaped."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from bench.blocks import (
    Block,
    Cell,
    Chosen,
    Column,
    Folded,
    Picture,
    Section,
    Sentence,
    Style,
    Table,
    Value,
)
from bench.console import plain

_IN_THE_OPEN = 8  # sentences of a list; the rest is folded
_MANY_PARTS = 3  # of a page that gets a list of contents
_LISTS: Mapping[Style, str] = {"plain": "said", "good": "said", "strong": "said", "bad": "bad"}
_FEW_ROWS = 12  # of a table that a reader sees at a glance
LEAN_ROWS = 500  # of a table whose script says what every cell of a column is, once for all
_TYPED = re.compile("`([^`]+)`")
_FILTER = '<label>Filter <input type="search" id="filter" autocomplete="off"></label>'


def text(value: object) -> str:
    """Any value as HTML text that cannot become markup or steer anything."""
    return escape(plain(str(value)))


def prose(value: str) -> str:
    """A sentence as HTML text; what stands between backticks is to be typed."""
    return _TYPED.sub(r"<code>\1</code>", text(value))


def drawn(blocks: Sequence[Block], level: int = 2) -> str:
    """The blocks below each other; sentences of one kind that follow each other are a list.

    `level` is that of the headings of sections, from 2: the title of the page is the first.
    """
    return "".join(_drawn(blocks, level))


def _drawn(blocks: Sequence[Block], level: int) -> Iterator[str]:
    for kind, group in groupby(blocks, _kind):
        alike = list(group)
        if kind == "pairs":
            yield f'<div class="pairs">{"".join(map(_pairs, alike))}</div>'
        elif kind == "chart":
            yield f'<div class="charts">{"".join(_chart(block, level) for block in alike)}</div>'
        elif kind == "block":
            yield from (_block(block, level) for block in alike)
        elif kind == "warning":
            yield from (f'<p class="warning" role="note">{_said(said)}</p>' for said in alike)
        else:
            yield _list(list(map(_said, alike)), kind)


def _kind(block: Block) -> str:
    match block:
        case Sentence():
            return "warning" if block.style == "warning" else _LISTS.get(block.style, "notes")
        case Picture() if block.chart:
            return "chart"
        case Table() if not any(column.heading for column in block.columns):
            return "pairs"
    return "block"


def _block(block: Block, level: int) -> str:
    match block:
        case Table():
            return table(block)
        case Section():
            inside = drawn(block.blocks, min(level + 1, 6))
            name = f' id="{anchor(block)}"' if level == 2 else ""
            return f"<section{name}><h{level}>{text(block.title)}</h{level}>{inside}</section>"
        case Folded():
            inside = drawn(block.blocks, level)
            return f"<details><summary>{text(block.title)}</summary>{inside}</details>"
    assert isinstance(block, Picture)
    return f"<p>{text(block.description)}</p>"


def anchor(section: Section) -> str:
    """What a link within the page calls a section."""
    return "part-" + re.sub("[^a-z0-9]+", "-", section.title.lower()).strip("-")


def contents(blocks: Sequence[Block]) -> str:
    """Links to the sections of a page and to the charts in them; nothing for a short page."""
    links = []
    for section in blocks:
        if isinstance(section, Section):
            links.append(f'<a href="#{anchor(section)}">{text(section.title)}</a>')
            links += [
                f'<a class="chart-link" href="#{escape(block.chart)}">{text(block.title)}</a>'
                for block in section.blocks
                if isinstance(block, Picture) and block.chart
            ]
    listed = "".join(links)
    return f'<nav aria-label="Contents">{listed}</nav>' if len(links) >= _MANY_PARTS else ""


def _said(block: Block) -> str:
    assert isinstance(block, Sentence)
    said = prose(block.text)
    return f"<b>{text(block.label)}:</b> {said}" if block.label else said


def _list(items: Sequence[str], kind: str) -> str:
    """Items of HTML; those beyond the first few unfold."""
    shown, folded = items[:_IN_THE_OPEN], items[_IN_THE_OPEN:]
    html = f'<ul class="{kind}">{"".join(f"<li>{item}</li>" for item in shown)}</ul>'
    if folded:
        more = "".join(f"<li>{item}</li>" for item in folded)
        html += (
            f"<details><summary>{len(folded)} more</summary>"
            f'<ul class="{kind}">{more}</ul></details>'
        )
    return html


def table(shown: Table) -> str:
    """A table whose headings sort it; rows that can be picked have a box before them."""
    name = ' id="rows"' if shown.chosen else ""
    pick = '<th scope="col" class="pick"><span class="hidden">Draw in the charts</span></th>'
    head = (pick if shown.chosen else "") + "".join(map(_heading, shown.columns))
    body = "".join(_row(shown, index, row) for index, row in enumerate(shown.rows))
    foot = "".join(f"<tr>{_cells(shown.columns, row)}</tr>" for row in shown.sums)
    caption = f"{shown.title or 'All rows'}; the headings sort them."
    return (
        (f"<h3>{text(shown.title)}</h3>" if shown.title else "")
        + (_controls(shown) if shown.chosen else "")
        + f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}">'
        f'<table class="rows"{name}><caption class="hidden">{text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        + (f"<tfoot>{foot}</tfoot>" if foot else "")
        + "</table></div>"
        + (f'<p class="caption">{prose(shown.caption)}</p>' if shown.caption else "")
    )


def _controls(shown: Table) -> str:
    """How many rows are picked; many can be filtered."""
    narrow = _FILTER if len(shown.rows) > _FEW_ROWS else ""
    return f'<p class="controls">{narrow}<span id="picked" role="status"></span></p>'


def _pairs(block: Block) -> str:
    """Names and facts, without headings."""
    assert isinstance(block, Table)
    lines = "".join(
        f'<tr><th scope="row">{text(name.text)}</th>'
        + "".join(f'<td class="{cell.style}">{prose(cell.text)}</td>' for cell in cells)
        + "</tr>"
        for name, *cells in block.rows
    )
    return f"<table><caption>{text(block.title)}</caption><tbody>{lines}</tbody></table>"


def _heading(column: Column) -> str:
    return (
        f'<th scope="col" class="{column.kind}">'
        f'<button type="button">{text(column.heading)}</button></th>'
    )


def _row(shown: Table, index: int, row: Sequence[Cell]) -> str:
    pick = _pick(shown.chosen, index) if shown.chosen else ""
    if len(shown.rows) > LEAN_ROWS:
        return f'<tr data-row="{index}">{pick}{_lean_cells(shown.columns, row)}'
    return f'<tr data-row="{index}">{pick}{_cells(shown.columns, row)}</tr>'


def _pick(chosen: Chosen, index: int) -> str:
    label = chosen.labels.get(index)
    box = f'<input type="checkbox" aria-label="{text(label)}">' if label else ""
    return f'<td class="pick">{box}</td>'


def _cells(columns: Iterable[Column], row: Sequence[Cell]) -> str:
    """The first cell names its row; the values of numbers are what a heading sorts by."""
    cells = []
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        style = "" if cell.style == "plain" else f" {cell.style}"
        said, value = prose(cell.text) if column.kind == "text" else text(cell.text), ""
        if column.kind == "number":
            value = _value(cell.value)
        elif column.kind == "state" and said:
            said, style = f'<span class="chip{style}">{said}</span>', ""
        if place:
            of = f' data-of="{text(column.heading)}"' if said else ""
            cells.append(f'<td class="{column.kind}{style}"{of}{value}>{said}</td>')
        else:
            cells.append(f'<th scope="row">{said}</th>')
    return "".join(cells)


def _lean_cells(columns: Iterable[Column], row: Sequence[Cell]) -> str:
    """The same without what the script adds from the headings; HTML needs no ends of cells."""
    cells = []
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        tag = "td" if place else 'th scope="row"'
        value = _value(cell.value).replace('"', "") if column.kind == "number" else ""
        said = prose(cell.text) if column.kind == "text" else text(cell.text)
        if column.kind == "state" and said:
            said = f'<span class="chip {cell.style}">{said}</span>'
        elif cell.style != "plain":
            value += f' class="{cell.style}"'
        cells.append(f"<{tag}{value}>{said}")
    return "".join(cells)


def _value(value: Value) -> str:
    """Six significant digits tell any two rows of a table apart."""
    if value is None or isinstance(value, str):
        return ""
    return f' data-value="{value:.6g}"'


def _chart(block: Block, level: int) -> str:
    assert isinstance(block, Picture)
    name, title = escape(block.chart), text(block.title)
    heading = f'<h{level} id="{name}-title">{title}</h{level}>'
    return (
        f'<figure id="{name}" aria-labelledby="{name}-title">{heading}'
        f'<figcaption>{text(block.description)}</figcaption><div class="chart" role="img"'
        f' aria-label="{title}"></div><p class="said-too"></p></figure>'
    )
