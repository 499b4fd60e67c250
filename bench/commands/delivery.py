"""Putting a rendered report where it was asked for."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import ReportError
from bench.formats import FORMATS

if TYPE_CHECKING:
    from bench.summary import Summary

_WIDTH_WITHOUT_TERMINAL = 120


def check(name: str, output: Path | None) -> None:
    """Raise, before anything is measured, when the format or the file cannot be."""
    FORMATS.load(name)
    if not output:
        return
    reason = None
    if output.is_dir():
        reason = "it is a folder"
    elif not output.parent.is_dir():
        reason = "its parent is not a folder"
    elif not os.access(output if output.exists() else output.parent, os.W_OK):
        reason = "permission is denied"
    if reason:
        raise ReportError(
            f"{output} cannot be written: {reason}.",
            "Give --output the path of a file in a folder that exists.",
        )


def deliver(summary: "Summary", name: str, output: Path | None) -> None:
    """Render `summary` and write it to `output`, or to standard output."""
    from bench.console import results
    from bench.store import write_atomically

    console = results()
    terminal = console.is_terminal and output is None
    text = FORMATS.load(name).render(
        summary,
        # COLUMNS asks for a width where there is no terminal to have one.
        width=console.width if terminal or "COLUMNS" in os.environ else _WIDTH_WITHOUT_TERMINAL,
        colour=terminal and not console.no_color,
    )
    if output and output.exists() and not output.is_file():
        output.write_text(text, encoding="utf-8")  # a device or a pipe, never to be replaced
    elif output:
        write_atomically(output.resolve(), text)  # what a link leads to, not the link
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
