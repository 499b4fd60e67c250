"""Adding runs to the history, and saying what became of each."""

import os
from pathlib import Path

from bench.analysis.summary import Summary, summarise
from bench.console import messages
from bench.errors import NothingMeasured
from bench.history.checkout import commit as present_commit
from bench.history.database import default_file, writing
from bench.history.entries import Entry, add, read
from bench.records import store

_SAID = {
    "added": "was added to the history in",
    "continued": "went on since it was added; its place was taken in",
    "known": "is already in",
}


def chosen(file: Path | None) -> Path:
    """The file that was named, or the default one."""
    return file or default_file()


def check(file: Path | None) -> None:
    """Raise ReportError, before anything is measured, where the history cannot be written."""
    with writing(chosen(file)):
        pass


def wants_anchor(history: bool) -> bool:
    """Whether a run is likely to be held against others, so that it is worth an anchor."""
    return history or os.environ.get("CI", "").lower() not in ("", "0", "false")


def remember_run(summary: Summary, report: Path | None, file: Path | None) -> None:
    """Add what was just measured, with the commit of the present folder; nothing without a row."""
    if any(row.p50 for row in summary.rows):
        remember(summary, report, file, present_commit(Path.cwd()))


def remember_saved(report: Path, file: Path | None, commit: str | None) -> None:
    """Add a saved report; raises ReportError where it cannot be read."""
    remember(summarise(store.read(report)), report, file, commit)


def remember(
    summary: Summary, report: Path | None, file: Path | None, commit: str | None = None
) -> None:
    """Add a report to the history, and say so; `commit` is the one that it was measured at."""
    path = chosen(file)
    outcome = add(summary, report, commit, path)
    messages().print(f"{report or 'The run'} {_SAID[outcome]} {path}", markup=False, soft_wrap=True)


def remembered(model: str | None, file: Path | None) -> list[Entry]:
    """The runs of a model, or of all. Raises NothingMeasured where there are none."""
    path = chosen(file)
    if entries := read(path, model):
        return entries
    names = sorted({entry.model for entry in read(path)})
    raise NothingMeasured(
        f"The history has no run of '{model}'." if model else "The history is empty.",
        f"It has runs of: {', '.join(names)}." if names else "Add one: bench run --history.",
    )
