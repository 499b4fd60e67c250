"""Putting a view where it was asked for, in the format that was asked for."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bench.console import messages, put, results
from bench.errors import ReportError, UsageError
from bench.formats import FORMATS
from bench.formats.interface import Particular
from bench.records.files import append, write

if TYPE_CHECKING:
    from rich.console import Console

    from bench.blocks import Drawn, View

_WIDTH_WITHOUT_TERMINAL = 120
_ENDINGS = {".json": "json", ".md": "markdown", ".csv": "csv", ".html": "html"}
# Formats of third parties may be kinds of these, and end as they do.
_CONTRADICTED = ("table", *_ENDINGS.values())
_OUTPUT = "Give --output the path of a file in a folder that exists and has room."
_GITHUB = "GITHUB_STEP_SUMMARY"
# Source: GitHub Docs, Workflow commands, "Step isolation and limits": 1 MiB for each step.
_GITHUB_LIMIT = 1024 * 1024


def check(name: str, output: Path | None, plot: bool = False, draws: "Drawn | None" = None) -> None:
    """Raise, before anything is measured, when the format or the file cannot be.

    `draws` is what the command has for formats of other tools.
    """
    drawn_by = FORMATS.load(name)
    if isinstance(drawn_by, Particular) and drawn_by.draws != draws:
        raise UsageError(
            f"--format {name} has no place for what this command shows.",
            f"It is for {drawn_by.commands}.",
        )
    if plot and name != "table":
        raise UsageError(
            f"--plot draws below a table, not in {name}.", "Leave out --plot or --format."
        )
    if name == "html" and not output and results().is_terminal:
        raise UsageError(
            "A page is for a browser, not for a terminal.", "Add --output report.html, and open it."
        )
    if not output:
        return
    # os.path answers for any name; Path raises for one that is too long.
    place = output if os.path.exists(output) else output.parent
    reason = None
    if os.path.isdir(output):
        reason = "it is a folder"
    elif not os.path.isdir(output.parent):
        reason = "its parent is not a folder"
    elif not os.access(place, os.W_OK):
        reason = "permission is denied"
    elif len(os.fsencode(output.name)) > os.pathconf(output.parent, "PC_NAME_MAX"):
        reason = "its name is too long"
    if reason:
        raise ReportError(f"{output} cannot be written: {reason}.", _OUTPUT)


def is_whole(name: str, output: Path | None) -> bool:
    """Whether what is delivered is read on its own, without the error that may follow it."""
    return name != "table" or output is not None


def deliver(view: "View", name: str, output: Path | None) -> None:
    """Draw a view in the format called `name`, to `output` or to standard output."""
    console = results()
    terminal = console.is_terminal and output is None
    # COLUMNS asks for a width where there is no terminal to have one.
    width = console.width if terminal or "COLUMNS" in os.environ else _WIDTH_WITHOUT_TERMINAL
    text = FORMATS.load(name).render(view, width, colour=terminal and coloured(console))
    if output is None:
        put(text)
        return
    try:
        write(output, text, _OUTPUT)
    except ReportError:
        deliver(view, "table", None)  # what was measured is shown all the same
        raise


def coloured(console: "Console") -> bool:
    """Whether it is a terminal with colours: NO_COLOR and TERM=dumb say that it is not."""
    return console.color_system is not None and not console.no_color


def drawn(view: "View", width: int) -> str:
    """A view as a terminal shows it while it is still being refined."""
    return FORMATS.load("table").render(view, width, colour=coloured(messages()))


def shown_as(format: str, output: Path | None) -> str:
    """The format that was named, or that the ending of a file means, else a table.

    Raises UsageError for a file whose ending says otherwise than the format.
    """
    ending = output.suffix if output else ""
    meant = _ENDINGS.get(ending, format or "table")
    if format in _CONTRADICTED and format != meant:
        raise UsageError(
            f"A file that ends in {ending} holds {meant}, and --format says {format}.",
            f"Leave out --format {format}, or name another file.",
        )
    return format or meant


def kept_as(format: str | None, output: Path | None) -> str:
    """As `shown_as`, of a file to be read again. Raises UsageError for another ending too."""
    if output and not format and output.suffix not in _ENDINGS:
        raise UsageError(
            f"{output} ends in none of {', '.join(_ENDINGS)}.", "Name such a file, or add --format."
        )
    return shown_as(format or "", output)


def keep(view: "View", format: str | None, output: Path | None) -> None:
    """Deliver what is worth keeping: with a file but no format, the table is shown as well."""
    deliver(view, kept_as(format, output), output)
    if output and not format:
        messages().print(f"saved in {output}", markup=False, soft_wrap=True)
        deliver(view, "table", None)


def check_github() -> Path:
    """The file for the job summary. Raises UsageError where GitHub Actions names none."""
    path = os.environ.get(_GITHUB)
    if not path:
        raise UsageError(
            f"--github writes to the file that {_GITHUB} names, and it is not set.",
            "Use it in a step of GitHub Actions, or --format markdown --output FILE.",
        )
    return Path(path)


def append_to_github(view: "View") -> None:
    """Append a view as Markdown to the job summary; raises ReportError where it cannot."""
    path = check_github()
    text = FORMATS.load("markdown").render(view, width=0, colour=False)
    already = os.path.getsize(path) if os.path.exists(path) else 0
    if already + len(text.encode()) > _GITHUB_LIMIT:
        raise ReportError(
            "The report does not fit into the job summary, which holds 1 MiB.",
            "Show fewer rows there, and keep the whole as --format html --output FILE.",
        )
    append(path, f"{text}\n", f"See what {_GITHUB} names.")
