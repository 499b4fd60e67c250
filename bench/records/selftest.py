"""A self-test on disk: a line that says what it is, and a line for each trial as it ends."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.records.document import Kind, Plain
from bench.records.files import append, read_text
from bench.records.store import new_folder
from bench.statistics.error_rates import Trial

FILE = "selftest.jsonl"
SELFTEST = Kind("selftest", 1, "a self-test", f"Give the {FILE} that `bench selftest` saved.")


@dataclass(frozen=True, slots=True)
class Selftest:
    """The first line of the file, and the trials in the order in which they ended."""

    header: Plain
    trials: tuple[Trial, ...]


def writing(reports: Path, header: Plain) -> tuple[Path, Callable[[Trial], None]]:
    """A new file in a new folder under `reports`, and what appends a trial to it.

    `header` is an envelope of SELFTEST. Each trial is handed to the operating system at once.
    Raises ReportError where the folder cannot be made or the file not written.
    """
    path = new_folder(reports, header["created"]) / FILE

    def add(fields: Plain) -> None:
        append(path, json.dumps(fields) + "\n", "Make room there, or choose another --reports.")

    add(header)
    return path, lambda trial: add(asdict(trial))


def read(path: Path) -> Selftest:
    """A saved self-test; a torn last line is dropped. Raises ReportError for another file."""
    with SELFTEST.reading(path):
        lines = read_text(path, SELFTEST.hint).splitlines(keepends=True)
        entries = [json.loads(line) for line in lines if line.endswith("\n")]
        if not entries:
            raise ValueError("it is empty")
        header = SELFTEST.checked(entries[0], path)
        return Selftest(header, tuple(Trial(**entry) for entry in entries[1:]))
