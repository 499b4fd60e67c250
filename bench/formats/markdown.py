"""GitHub-flavoured Markdown, for a pull request or a README."""

import re
from collections.abc import Sequence
from html import escape

from bench.blocks import Block, Cell, Folded, Picture, Section, Sentence, Table, View, arranged
from bench.console import plain
from bench.formats.interface import Format

_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~$#])")


class MarkdownFormat:
    """Names are escaped, so that they cannot become markup."""

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """What decides stands in the open, what backs it in a part that unfolds."""
        return drawn(arranged(view, "document"))


def drawn(blocks: Sequence[Block]) -> str:
    """Markdown of blocks, with an empty line after each."""
    return _text([line for block in blocks for line in _lines(block)])


def _lines(block: Block) -> list[str]:
    match block:
        case Table():
            return _table(block)
        case Sentence():
            return [*_sentence(block), ""]
        case Section():
            return [f"### {escaped(block.title)}", "", *_inside(block)]
        case Folded():
            # Markdown's own escapes mean nothing within a line of HTML.
            head = f"<summary>{escape(plain(block.title))}</summary>"
            return ["<details>", head, "", *_inside(block), "</details>", ""]
        case Picture(file=""):
            return [escaped(block.description), ""]
    return [f"![{escaped(block.description)}]({block.file})", ""]


def _inside(block: Section | Folded) -> list[str]:
    return [line for part in block.blocks for line in _lines(part)]


def _table(table: Table) -> list[str]:
    names = [column.kind != "number" for column in table.columns]
    lines = [f"**{escaped(table.title)}**", ""] if table.title else []
    lines.append(_line([escaped(column.heading) for column in table.columns]))
    lines.append(_line(["---" if name else "---:" for name in names]))
    lines += [_line([_cell(cell) for cell in row]) for row in (*table.rows, *table.sums)]
    return [*lines, "", *([escaped(table.caption), ""] if table.caption else [])]


def _cell(cell: Cell) -> str:
    text = escaped(cell.text)
    return f"**{text}**" if text and cell.style == "strong" else text


def _sentence(sentence: Sentence) -> list[str]:
    label = f"{escaped(sentence.label)}: " if sentence.label else ""
    text = escaped(sentence.text)
    match sentence.style:
        case "strong":
            return [f"**{label}{text}**"]
        case "dim":
            return [f"*{label}{text}*"]
        case "warning" | "bad":
            return ["> [!WARNING]", f"> {label}{text}"]
    return [f"{label}{text}"]


def escaped(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown would take for markup."""
    return _SPECIAL.sub(r"\\\1", plain(text).replace("\n", " "))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


plugin: Format = MarkdownFormat()
