"""A self-test on disk: a line that says what it is, and a line for each trial as it ends."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.records.document import Kind, Plain
from bench.records.store import new_folder
from bench.statistics.error_rates import Trial

FILE = "selftest.jsonl"
SELFTEST = Kind("selftest", 1, "a self-test", f"Give the {FILE} that `bench selftest` saved.")


@dataclass(frozen=True, slots=True)
class Selftest:
    """The first line of the file, and the trials in the order in which they ended."""

    header: Plain
    trials: tuple[Trial, ...]


@contextmanager
def writing(reports: Path, header: Plain) -> Iterator[tuple[Path, Callable[[Trial], None]]]:
    """A new file in a new folder under `reports`, and what appends a trial to it.

    `header` is an envelope of SELFTEST. Each trial is handed to the operating system at once.
    Raises ReportError where the folder cannot be made.
    """
    path = new_folder(reports, header["created"]) / FILE
    with path.open("a", encoding="utf-8") as file:

        def append(fields: Plain) -> None:
            file.write(json.dumps(fields) + "\n")
            file.flush()

        append(header)
        yield path, lambda trial: append(asdict(trial))


def read(path: Path) -> Selftest:
    """A saved self-test; a torn last line is dropped. Raises ReportError for another file."""
    with SELFTEST.reading(path):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        entries = [json.loads(line) for line in lines if line.endswith("\n")]
        if not entries:
            raise ValueError("it is empty")
        header = SELFTEST.checked(entries[0], path)
        return Selftest(header, tuple(Trial(**entry) for entry in entries[1:]))
