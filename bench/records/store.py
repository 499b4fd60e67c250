"""A report on disk: a journal that survives a crash, and the summary that is made from it.

A report is a folder with `journal.jsonl`, the truth (`bench.records.ledger` has its entries), and
`report.json`, what `--format json` prints. Either can be read, and so can the folder.

History of the version:
  1  the first.
"""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from bench.domain import Report
from bench.errors import ReportError
from bench.records import schema
from bench.records.ledger import Entry, Ledger

SCHEMA = "onnx-bench/report"
VERSION = 1
JOURNAL = "journal.jsonl"
SUMMARY = "report.json"
_ELSEWHERE = "Choose another place with --reports, or do not save with --no-save."
_WHERE = "Give a folder that `bench run` saved under reports/."


def new_folder(parent: Path, created: str) -> Path:
    """A new folder under `parent`, named after the time of `created` (ISO 8601).

    Raises ReportError where it cannot be made.
    """
    stamp = created[:19].replace(":", "")
    with _storage_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            folder = parent / (stamp if number == 1 else f"{stamp}-{number}")
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                return folder
    raise ReportError(f"{parent} has a thousand reports of {stamp}.", "Clear it out.")


class Journal:
    """Appends entries to a report's journal; without a folder it keeps nothing.

    A last line that an earlier writer left torn is cut off first.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._file = None
        if folder:
            with _storage_errors(folder):
                self._file = (folder / JOURNAL).open("a", encoding="utf-8")
                _lock(self._file, folder)
                _cut_torn_line(folder / JOURNAL)

    def append(self, entry: Entry) -> None:
        """Write one entry as a line and hand it to the operating system."""
        if self._file and self._folder:
            with _storage_errors(self._folder):
                self._file.write(json.dumps(entry, separators=(",", ":")) + "\n")
                self._file.flush()

    def sync(self) -> None:
        """Wait until everything appended is on the disk."""
        if self._file and self._folder:
            with _storage_errors(self._folder):
                os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def header(
    created: str,
    environment: Mapping[str, Any],
    command: Sequence[str],
    effort: Mapping[str, Any],
    plan: Sequence[Mapping[str, Any]],
) -> Entry:
    """The first entry of a journal."""
    return {
        "kind": "header",
        "schema": SCHEMA,
        "version": VERSION,
        "created": created,
        "environment": environment,
        "command": list(command),
        "effort": effort,
        "plan": plan,
    }


def read(path: Path) -> Report:
    """The report in a folder, a journal or a `report.json`; of a folder with both, the journal.

    Raises ReportError for what is missing, empty, of another kind or of a newer version.
    """
    if path.is_dir():
        path /= SUMMARY if (path / SUMMARY).exists() and not (path / JOURNAL).exists() else JOURNAL
    if path.suffix == ".jsonl":
        with _damage(path):
            return replay(path).report()
    with _storage_errors(path, _WHERE), _damage(path):
        fields = json.loads(path.read_text(encoding="utf-8"))
        _check_version(fields, path)
        return Report(
            created=fields["created"],
            environment={**fields["environment"]},
            command=tuple(fields["command"]),
            outcomes=tuple(schema.decode_outcome(outcome) for outcome in fields["outcomes"]),
            effort=fields["effort"],
            stopped=fields["stopped"],
        )


def replay(journal: Path) -> Ledger:
    """The ledger that a journal's entries amount to; a torn last line is dropped."""
    with _storage_errors(journal, _WHERE), _damage(journal), journal.open(encoding="utf-8") as file:
        entries = _entries(file)
        first = next(entries, None)
        if first is None:
            raise ReportError(f"{journal} is empty.", "Run the measurement again.")
        _check_version(first, journal)
        ledger = Ledger(first)
        for entry in entries:
            ledger.apply(entry)
        return ledger


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text`, or leave it as it was. Raises ReportError."""
    with _storage_errors(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


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


def _check_version(fields: Any, path: Path) -> None:
    if not isinstance(fields, dict) or fields.get("schema") != SCHEMA:
        raise ReportError(f"{path} is not a report of onnx-bench.", "Give a folder of reports/.")
    if fields.get("version", 0) > VERSION:
        raise ReportError(
            f"{path} is of version {fields['version']}; this onnx-bench reads up to {VERSION}.",
            "Use a newer onnx-bench to read it.",
        )


@contextlib.contextmanager
def _storage_errors(path: Path, hint: str = _ELSEWHERE) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"{error.filename or path} cannot be read or written: {error.strerror or error}.",
            hint,
        ) from error


@contextlib.contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(
            f"{path} is damaged or not a report: {type(error).__name__} {error}.",
            "If a journal.jsonl lies beside it, read that one.",
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
