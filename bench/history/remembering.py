"""Adding runs to the history, and saying what became of each."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from shlex import quote

from bench.analysis.summary import Summary, summarise
from bench.console import messages
from bench.errors import NothingMeasured, ReportError
from bench.history.checkout import commit as present_commit
from bench.history.database import default_file, writing
from bench.history.entries import Entry, add, read
from bench.models.catalog import present
from bench.records import store

_SAID = {
    "added": "was added to the history in",
    "continued": "went on since it was added; its place was taken in",
    "known": "is already in",
}


DIGITS = 7  # of a digest, as few as the views show


def chosen(file: Path | None) -> Path:
    """The file that was named, or the default one."""
    return file or default_file()


def _meant(model: str, entries: Sequence[Entry], digest: Callable[[str], str]) -> set[str]:
    """The names that `model` stands for."""
    names = {entry.model for entry in entries}
    if model in names:
        return {model}
    if os.path.isfile(model) and entries:
        sha256 = digest(model)
        if known := {entry.model for entry in entries if entry.sha256 == sha256}:
            return known
    if len(model) >= DIGITS and (
        known := {entry.model for entry in entries if entry.sha256.startswith(model.lower())}
    ):
        return known
    return {name for name in names if _last_part(name) == _last_part(model)}


def _last_part(name: str) -> str:
    return PurePath(name).name.removesuffix(".onnx")


def check(file: Path | None) -> None:
    """Raise ReportError, before anything is measured, where the history cannot be written."""
    with writing(chosen(file)):
        pass


def check_there(file: Path | None) -> None:
    """Raise ReportError where there is no such file: a misspelt one would be an empty history."""
    if not chosen(file).exists():
        raise ReportError(
            f"There is no history at {chosen(file)}.",
            "Name a file that is there, or begin it: bench run --history --history-file"
            f" {quote(str(chosen(file)))}",
        )


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


def remembered(model: str | None, file: Path | None, digest: Callable[[str], str]) -> list[Entry]:
    """The runs of a model, or of all. Raises NothingMeasured where there are none.

    A model is its name in reports, a file that was measured under any name, which its `digest`
    tells, the beginning of a digest, or the last part of a name. Raises UsageError for the path of
    a file that is not there, nor in the history.
    """
    try:
        return _entries_of(model, read(chosen(file)), digest)
    except NothingMeasured:
        if model and (model.endswith(".onnx") or os.path.dirname(model)):
            present(model)
        raise


def _entries_of(
    model: str | None, entries: list[Entry], digest: Callable[[str], str]
) -> list[Entry]:
    if model is None and entries:
        return entries
    names = sorted({entry.model for entry in entries})
    if model is not None and (meant := _meant(model, entries, digest)):
        return [entry for entry in entries if entry.model in meant]
    raise NothingMeasured(
        f"The history has no run of '{model}'." if model else "The history is empty.",
        f"It has runs of: {', '.join(names)}." if names else "Add one: bench run --history.",
    )
