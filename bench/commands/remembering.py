"""The history file as an option, and adding a run to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.console import messages

if TYPE_CHECKING:
    from bench.analysis.summary import Summary

HistoryFile = Annotated[
    Path | None,
    typer.Option(
        "--history-file",
        rich_help_panel="Saving",
        metavar="FILE",
        envvar="BENCH_HISTORY_FILE",
        show_default="~/.local/share/onnx-bench/history.sqlite3",
        help="The SQLite file of the history.",
    ),
]


def chosen(file: Path | None) -> Path:
    """The file that was named, or the default one."""
    from bench.history.database import default_file

    return file or default_file()


def check(file: Path | None) -> None:
    """Raise ReportError, before anything is measured, where the history cannot be written."""
    from bench.history.database import writing

    with writing(chosen(file)):
        pass


def remember_run(summary: "Summary", report: Path | None, file: Path | None) -> None:
    """Add what was just measured, with the commit of the present folder; nothing without a row."""
    from bench.history.checkout import commit

    if any(row.p50 for row in summary.rows):
        remember(summary, report, file, commit(Path.cwd()))


def remember(
    summary: "Summary", report: Path | None, file: Path | None, commit: str | None = None
) -> None:
    """Add a report to the history, and say so; `commit` is the one that it was measured at."""
    from bench.history.entries import add

    path = chosen(file)
    said = {
        "added": "was added to the history in",
        "continued": "went on since it was added; its place was taken in",
        "known": "stands already in",
    }
    outcome = add(summary, report, commit, path)
    messages().print(f"{report or 'The run'} {said[outcome]} {path}", markup=False, soft_wrap=True)
