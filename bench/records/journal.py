"""The journal of a run: entries as JSON lines, appended as they come, whatever happens next."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from bench.domain import Match
from bench.errors import ReportError
from bench.records.document import REPORT
from bench.records.files import storage_errors
from bench.records.ledger import Entry, Ledger

JOURNAL = "journal.jsonl"


class Journal:
    """Appends entries to a report's journal; without a folder it keeps nothing.

    A last line that an earlier writer left torn is cut off first.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._file = None
        if folder:
            with storage_errors(folder):
                self._file = (folder / JOURNAL).open("a", encoding="utf-8")
                _lock(self._file, folder)
                _cut_torn_line(folder / JOURNAL)

    def append(self, entry: Entry) -> None:
        """Write one entry as a line and hand it to the operating system."""
        if self._file and self._folder:
            with storage_errors(self._folder):
                self._file.write(json.dumps(entry, separators=(",", ":")) + "\n")
                self._file.flush()

    def sync(self) -> None:
        """Wait until everything appended is on the disk."""
        if self._file and self._folder:
            with storage_errors(self._folder):
                os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def first_entry(
    created: str,
    environment: Mapping[str, Any],
    command: Sequence[str],
    effort: Mapping[str, Any],
    plan: Sequence[Mapping[str, Any]],
    match: Match = "alike",
) -> Entry:
    """The first entry of a journal."""
    return {
        "kind": "header",
        "schema": REPORT.schema,
        "version": REPORT.version,
        "created": created,
        "environment": environment,
        "command": list(command),
        "effort": effort,
        "match": match,
        "plan": plan,
    }


def replay(journal: Path) -> Ledger:
    """The ledger that a journal's entries amount to; a torn last line is dropped."""
    with REPORT.reading(journal), journal.open(encoding="utf-8") as file:
        entries = _entries(file)
        first = next(entries, None)
        if first is None:
            raise ReportError(f"{journal} is empty.", "Run the measurement again.")
        ledger = Ledger(REPORT.checked(first, journal))
        for entry in entries:
            ledger.apply(entry)
        return ledger


def _lock(file: TextIO, folder: Path) -> None:
    """Two runs that write one journal would spoil it; the lock ends with the process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ReportError(f"{folder} is still being measured.", "Wait until it ends.") from error


def _cut_torn_line(path: Path) -> None:
    if path.exists():
        with path.open("rb+") as file:
            whole = file.read().rfind(b"\n") + 1
            file.truncate(whole)


def _entries(file: Iterator[str]) -> Iterator[dict[str, Any]]:
    for line in file:
        if not line.endswith("\n"):
            return  # torn: the writer was stopped within this line
        yield json.loads(line)
