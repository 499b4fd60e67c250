"""A Markdown table for a README or a pull request."""

import re

from bench.formats import sentences, wording
from bench.summary import Summary

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


class MarkdownFormat:
    """The same columns as the terminal's table, then the sentences."""

    def render(self, summary: Summary, width: int = 0, colour: bool = False) -> str:
        """GitHub-flavoured Markdown; names are escaped, so that they cannot become markup."""
        headings = wording.headings(summary)
        lines = [
            _line(headings),
            _line(["---", "---"] + ["---:"] * (len(headings) - 2)),
            *(_line([_escaped(cell) for cell in wording.cells(row)]) for row in summary.rows),
            "",
        ]
        for text in [*sentences.comparisons(summary), *sentences.notes(summary)]:
            lines += [_escaped(text), ""]
        lines += [f"*{_escaped(sentences.machine(summary))}*"]
        return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


plugin = MarkdownFormat()
