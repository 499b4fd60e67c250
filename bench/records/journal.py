"""The journal of a run: entries as JSON lines, appended as they come, whatever happens next."""

import contextlib
import fcntl
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Any, Self

from bench.domain import Match, Shard, Tail
from bench.errors import ReportError
from bench.records import kinds, packing, sums
from bench.records.aside import with_archives, with_samples, without_samples
from bench.records.document import REPORT
from bench.records.files import check_regular, open_regular, replacing, storage_errors
from bench.records.ledger import Entry, Ledger
from bench.records.lines import Damage, Lines, encoded, is_checked
from bench.records.salvage import Salvage

JOURNAL = "journal.jsonl"


class Journal:
    """Appends entries to the journal of a new report; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._whole = 0  # bytes
        self._following = 1  # the number of the next entry
        self._checked = True
        self._file = _opened(folder, os.O_CREAT) if folder else None

    @classmethod
    def again(cls, folder: Path) -> tuple[Self, Ledger]:
        """The journal of a report that may go on, and what it amounts to so far.

        It is looked at and locked, and not touched before `go_on`. Raises ReportError for what is
        no journal.
        """
        journal, file = cls(None), _opened(folder, 0)
        ledger, lines = _replayed(file, folder / JOURNAL)
        with REPORT.reading(folder / JOURNAL):
            kinds.check_report(ledger.report())
        journal._folder, journal._file, journal._whole = folder, file, lines.whole
        journal._following, journal._checked = lines.following, lines.checked
        return journal, ledger

    def go_on(self, ledger: Ledger) -> None:
        """Cut off a last line that the earlier writer left torn: what is appended comes next."""
        if self._file and self._folder:
            with storage_errors(self._folder):
                self._file.truncate(self._whole)
            sums.remove(self._folder)
        if ledger.damage:
            self.append({"kind": "resumed", "replicate": ledger.replicates})

    def append(self, entry: Entry) -> None:
        """Hand one entry as a line to the operating system, or leave the journal as it was."""
        if self._file and self._folder:
            with storage_errors(self._folder / JOURNAL):
                _append(self._file.fileno(), encoded(entry, self._following, self._checked))
            self._following += 1

    def sync(self) -> None:
        """Wait until everything appended is on the disk."""
        if self._file and self._folder:
            with storage_errors(self._folder):
                os.fsync(self._file.fileno())

    def put_aside(self, ledger: Ledger, tails: Sequence[Sequence[Tail]]) -> None:
        """Move the samples of complete replicates to a file of their own; `tails` are by row.

        The journal says in their place where they are, and takes the place of the one before when
        it is whole: whatever happens meanwhile, either has all samples. One that is damaged stays
        as it is. Raises ReportError where that cannot be written.
        """
        if not (self._file and self._folder) or ledger.damage:
            return
        name = f"samples-{1 + ledger.archives}.npz"
        digest = packing.write(self._folder / name, ledger.unkept(), tails)
        self._file.seek(0)
        entries = Lines(self._file, self._checked)
        with replacing(self._folder / JOURNAL) as file:
            _lock(file, self._folder)  # before it can be opened by its name
            for number, entry in enumerate(without_samples(entries, ledger, name, digest), 1):
                file.write(encoded(entry, number))
            again = os.dup(file.fileno())
        self._file.close()
        self._file = os.fdopen(again, "rb+")

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def _append(descriptor: int, line: bytes) -> None:
    size = os.fstat(descriptor).st_size
    left = memoryview(line)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, size)  # half a line would be damage to the next reader
        raise


def first_entry(
    created: str,
    environment: Mapping[str, Any],
    command: Sequence[str],
    effort: Mapping[str, Any],
    plan: Sequence[Mapping[str, Any]],
    match: Match = "alike",
    shard: Shard | None = None,
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
        **({"shard": asdict(shard)} if shard else {}),
        "plan": plan,
    }


def header_of(journal: Path) -> Entry:
    """The first entry of a journal, without reading the rest. Raises ReportError as `replay`."""
    with REPORT.reading(journal), open_regular(journal, REPORT.hint) as file:
        return REPORT.checked(json.loads(file.readline()), journal)


def in_one_piece(journal: Path) -> bytes:
    """A complete journal with all its samples in it, to be sent elsewhere. Raises as `replay`."""
    with open_regular(journal, REPORT.hint) as file, REPORT.reading(journal):
        lines = with_samples(with_archives(Lines(file, checked=True), journal.parent))
        return b"".join(encoded(entry, number) for number, entry in enumerate(lines, 1))


def replay(journal: Path) -> Ledger:
    """The ledger that a journal's entries amount to; a torn last line is dropped.

    Where lines are damaged, the replicates that they belong to are left out, which the ledger
    tells. Raises ReportError where the first line is, or where the file is no journal.
    """
    with open_regular(journal, REPORT.hint) as file:
        ledger, _ = _replayed(file, journal)
        return ledger


def _opened(folder: Path, flags: int) -> BufferedRandom:
    """The journal to append to, which nobody else writes; a link is not followed."""
    path = folder / JOURNAL
    flags |= os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with storage_errors(folder):
        file = os.fdopen(os.open(path, flags, 0o666), "rb+")
    try:
        check_regular(file, path, REPORT.hint)
        _lock(file, folder)
    except BaseException:
        file.close()
        raise
    return file


def _lock(file: BufferedRandom, folder: Path) -> None:
    """Two runs that write one journal would spoil it; the lock ends with the process."""
    with storage_errors(folder):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReportError(
                f"{folder} is still being measured.", "Wait until it ends."
            ) from error


def _replayed(file: BufferedReader | BufferedRandom, path: Path) -> tuple[Ledger, Lines]:
    """The ledger, and how far the lines went that it was made of."""
    with REPORT.reading(path):
        checked = is_checked(file)
        file.seek(0)
        lines = Lines(file, checked)
        entries = with_archives(lines, path.parent)
        header = next(entries, None)
        if header is None:
            raise ReportError(f"{path} is empty.", "Run the measurement again.")
        if isinstance(header, Damage):
            raise ValueError("its first line, which says what was planned, is not what was written")
        ledger = Salvage(REPORT.checked(header, path)).read(entries)
        if not ledger.damage and sums.differ(path, lines.digest()):
            ledger.damage = (f"The journal is not what {sums.SUMS} says: its end is missing.",)
        return ledger, lines
