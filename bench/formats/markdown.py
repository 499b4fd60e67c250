"""Markdown for a pull request or a README: a short table, the verdicts, and the rest folded."""

import re
from collections.abc import Sequence
from html import escape

from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Row, Summary
from bench.blocks import Block, Cell, Folded, Picture, Sentence, Table, View, arranged
from bench.console import plain
from bench.views import marks, sentences, wording
from bench.views.wording import Column

_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~$#])")
_SHORT = ("Model", "Target", "Batch", "Threads", "p50", "95 %", "Accuracy")
Labelled = list[tuple[str, Row]]


class MarkdownFormat:
    """GitHub-flavoured; names are escaped, so that they cannot become markup."""

    def render(self, summary: Summary | View, width: int = 0, colour: bool = False) -> str:
        """What decides stands in the open, what backs it in a part that unfolds."""
        if not isinstance(summary, Summary):
            return drawn(arranged(summary, "document"))
        rows = [("", row) for row in summary.rows]
        return _text(
            [
                *_short_table(rows, [summary]),
                *_paragraphs(sentences.results(summary)),
                *_alerts(summary.unsuitable),
                *_folded("Details", [*_long_table(rows, [summary]), *_details(summary)]),
                f"*{escaped(sentences.machine(summary))}*",
            ]
        )

    def render_several(self, shown: SideBySide, width: int = 0, colour: bool = False) -> str:
        """One table of all rows, labelled by report; a folded part for each report."""
        pairs = list(zip(shown.labels, shown.summaries, strict=True))
        rows = [(label, row) for label, summary in pairs for row in summary.rows]
        lines = [*_short_table(rows, shown.summaries), *_alerts(shown.warnings)]
        for label, summary in pairs:
            lines += _paragraphs([f"{label}: {said}" for said in sentences.results(summary)])
            lines += _alerts([f"{label}: {reason}" for reason in summary.unsuitable])
        lines += _folded("Details", _long_table(rows, shown.summaries))
        for label, summary in pairs:
            lines += _folded(label, _details(summary))
            lines += [f"*{escaped(label)}: {escaped(sentences.machine(summary))}*", ""]
        return _text(lines)


def _short_table(rows: Labelled, summaries: Sequence[Summary]) -> list[str]:
    rate = f"{wording.items(summaries)}/s"
    columns = [c for c in wording.columns(summaries) if c.heading in (*_SHORT, rate)]
    verdicts: dict[int, str] = {}
    for summary in summaries:
        verdicts |= {id(row): text for row, text in marks.verdicts(summary)}
    columns.append(Column("Verdict", lambda row: verdicts.get(id(row), ""), "name"))
    return _table(rows, columns)


def _long_table(rows: Labelled, summaries: Sequence[Summary]) -> list[str]:
    """The columns that the short table leaves out, of the rows that have figures."""
    columns = [
        column
        for column in wording.columns(summaries)
        if column.kind == "name" or column.heading in ("Batch", "Threads", "p99", "Max diff")
    ]
    columns += wording.COLD
    return _table([(label, row) for label, row in rows if row.p50], columns)


def _table(rows: Labelled, columns: Sequence[Column]) -> list[str]:
    labelled = any(label for label, _ in rows)
    headings = [*(["Report"] if labelled else []), *(column.heading for column in columns)]
    names = [*([True] if labelled else []), *(column.kind == "name" for column in columns)]
    lines = [_line(headings), _line(["---" if name else "---:" for name in names])]
    for label, row in rows:
        cells = [*([label] if labelled else []), *wording.cells(row, columns)]
        lines.append(_line([escaped(cell) for cell in cells]))
    return [*lines, ""]


def _details(summary: Summary) -> list[str]:
    """Notes and what it was measured with; the command is a name like any other."""
    packages = summary.report.environment.get("packages", {})
    versions = ", ".join(f"{name} {version}" for name, version in packages.items())
    command = " ".join(summary.report.command)
    return _paragraphs(
        [
            *sentences.notes(summary),
            f"Measured on {plain(summary.report.created)} by: {plain(command)}",
            *([f"With {plain(versions)}."] if versions else []),
        ]
    )


def _folded(title: str, lines: list[str]) -> list[str]:
    # Markdown's own escapes mean nothing within a line of HTML.
    return ["<details>", f"<summary>{escape(title)}</summary>", "", *lines, "</details>", ""]


def _alerts(warnings: Sequence[str]) -> list[str]:
    return [line for text in warnings for line in ("> [!WARNING]", f"> {escaped(text)}", "")]


def _paragraphs(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in (escaped(text), "")]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def drawn(blocks: Sequence[Block]) -> str:
    """Markdown of blocks, with an empty line after each."""
    return _text([line for block in blocks for line in _lines(block)])


def _lines(block: Block) -> list[str]:
    match block:
        case Table():
            return _drawn_table(block)
        case Sentence():
            return [*_sentence(block), ""]
        case Folded():
            return _folded(block.title, [line for part in block.blocks for line in _lines(part)])
        case Picture(file=""):
            return [escaped(block.description), ""]
    return [f"![{escaped(block.description)}]({block.file})", ""]


def _drawn_table(table: Table) -> list[str]:
    names = [column.kind == "name" for column in table.columns]
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


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


plugin = MarkdownFormat()
