"""A self-test on disk: a line that says what it is, and a line for each verdict as it ends."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from bench.records.document import DocumentKind, Plain, finite
from bench.records.files import append, read_text, write_atomically
from bench.records.store import new_folder
from bench.statistics.error_rates import Trial, TrialKind

FILE = "selftest.jsonl"
# History of the version: 2 says what was planned, and of which kind a trial is.
SELFTEST = DocumentKind("selftest", 2, "a self-test", f"Give the {FILE} of `bench selftest`.")
_ROOM = "Make room there, or choose another --reports."
_OF_KIND = {field.name for field in fields(TrialKind)}


@dataclass(frozen=True, slots=True)
class Selftest:
    """The first line of the file, and the trials in the order in which they ended."""

    header: Plain
    trials: tuple[Trial, ...]


def begin(reports: Path, header: Plain) -> Path:
    """A new file in a new folder under `reports`; `header` is an envelope of SELFTEST.

    Raises ReportError where the folder cannot be made or the file not written.
    """
    path = new_folder(reports, header["created"]) / FILE
    append(path, json.dumps(header) + "\n", _ROOM)
    return path


def add(path: Path, said: Sequence[Trial]) -> None:
    """What one trial says by each statistic, handed to the operating system at once.

    Raises ReportError where it cannot be written.
    """
    append(path, "".join(json.dumps(encode_trial(trial)) + "\n" for trial in said), _ROOM)


def mend(path: Path) -> None:
    """Take a torn last line away, so that lines can be added. Raises ReportError."""
    text = read_text(path, SELFTEST.hint)
    if not text.endswith("\n"):
        write_atomically(path, text[: text.rfind("\n") + 1], _ROOM)


def read(path: Path) -> Selftest:
    """A saved self-test; a torn last line is dropped. Raises ReportError for another file."""
    with SELFTEST.reading(path):
        lines = read_text(path, SELFTEST.hint).splitlines(keepends=True)
        entries = [json.loads(line) for line in lines if line.endswith("\n")]
        if not entries:
            raise ValueError("it is empty")
        header = SELFTEST.checked(entries[0], path)
        return Selftest(header, tuple(map(decode_trial, entries[1:])))


def encode_kind(kind: TrialKind) -> Plain:
    """A kind as a plain object."""
    return asdict(kind)


def decode_kind(fields: Mapping[str, Any]) -> TrialKind:
    """The kind of `encode_kind`; what could not differ in an earlier release is as usual."""
    return TrialKind(**fields)


def encode_trial(trial: Trial) -> Plain:
    """A trial with its kind in one plain object; an end that is infinite is null."""
    plain = asdict(trial)
    ends = {name: finite(plain[name]) for name in ("high", "between")}
    return {**plain.pop("kind"), **plain, **ends}


def decode_trial(entry: Mapping[str, Any]) -> Trial:
    """The trial of `encode_trial`, or of a line of an earlier release."""
    kind = decode_kind({name: entry[name] for name in entry if name in _OF_KIND})
    rest = {name: value for name, value in entry.items() if name not in _OF_KIND}
    ends = {name: math.inf if rest[name] is None else rest[name] for name in ("high", "between")}
    return Trial(kind=kind, **{**rest, **ends})
