"""A report on disk: the folder of a run, and how it is read back.

A report is a folder with `journal.jsonl`, the truth (`bench.records.ledger` has its entries), and
`report.json`, what `--format json` prints. Either can be read, and so can the folder. The digests
of both lie beside them when the run is complete.
"""

import contextlib
import gc
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.domain import Report, Shard
from bench.errors import ReportError
from bench.records import kinds, schema, sums
from bench.records.document import REPORT
from bench.records.files import inside, open_regular, storage_errors
from bench.records.journal import JOURNAL, header_of, replay

SUMMARY = "report.json"
KEPT = "samples-*.npz"
LEFT_OUT = "left out"  # what the summary of a large report says of its samples
MOST_NAMED = 3  # reports that a hint names, the newest first


def new_folder(parent: Path, created: str, shard: Shard | None = None, suffix: str = "") -> Path:
    """A new folder under `parent`, named after the time of `created` (ISO 8601) or the `shard`.

    Raises ReportError where it cannot be made.
    """
    stamp = shard.name if shard else created[:19].replace(":", "") + suffix
    with storage_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            folder = parent / (stamp if number == 1 else f"{stamp}-{number}")
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
                return folder
    raise ReportError(
        f"{parent} has a thousand reports of {stamp}.",
        "Delete old ones, or choose another folder with --reports.",
    )


def complete(folder: Path) -> None:
    """Say that nothing more comes: the digests of what is there. Raises ReportError."""
    kept = sorted(path.name for path in folder.glob(KEPT))
    sums.save(folder, (JOURNAL, SUMMARY, *kept))


def begun(parent: Path, shard: Shard) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The folders under `parent` in which this shard was begun, with the first entry of each."""
    for folder in sorted(parent.glob(f"{shard.name}*/")):
        if (folder / JOURNAL).is_file():
            header = header_of(folder / JOURNAL)
            other = schema.decode_shard(header)
            if other and replace(other, file=shard.file) == shard:
                yield folder, header


def is_complete(folder: Path) -> bool:
    """Whether nothing more comes: the run that wrote the report there ended by itself."""
    return (folder / sums.SUMS).is_file()


def _check_holds_one(folder: Path) -> None:
    """Raise ReportError for a folder without a report, naming those in the folders below it."""
    if _holds_one(folder):
        return
    below = sorted((each for each in folder.glob("*/") if _holds_one(each)), reverse=True)
    names = ", ".join(map(str, below[:MOST_NAMED]))
    more = f" and {len(below) - MOST_NAMED} more" if len(below) > MOST_NAMED else ""
    raise ReportError(
        f"{folder} is a folder without a report.",
        f"Name one of those in it: {names}{more}." if below else REPORT.hint,
    )


def _holds_one(folder: Path) -> bool:
    return any(os.path.lexists(folder / name) for name in (JOURNAL, SUMMARY))


def read(path: Path) -> Report:
    """The report in a folder, a journal or a `report.json`; of a folder with both, the journal.

    Raises ReportError for what is missing, empty, of another kind, which it names, or of a newer
    version.
    """
    if path.is_dir():
        _check_holds_one(path)
        only_summary = (path / SUMMARY).exists() and not (path / JOURNAL).exists()
        path = inside(path, SUMMARY if only_summary else JOURNAL)
    with REPORT.reading(path), _uncollected():
        if path.suffix == ".jsonl":
            return kinds.check_report(replay(path).report())
        with open_regular(path, REPORT.hint) as file:
            content = file.read()
        if sums.differ(path, hashlib.sha256(content).hexdigest()):
            raise ValueError(f"it is not what {sums.SUMS} beside it says")
        fields = REPORT.checked(json.loads(content.decode("utf-8")), path)
        if fields.get("samples") == LEFT_OUT:
            raise ReportError(
                f"{path} is the summary of a large report, without its samples.",
                f"Name its folder, which has {JOURNAL} and {KEPT}.",
            )
        report = Report(
            created=fields["created"],
            environment={**fields["environment"]},
            command=tuple(fields["command"]),
            outcomes=tuple(schema.decode_outcome(outcome) for outcome in fields["outcomes"]),
            effort=fields["effort"],
            stopped=fields["stopped"],
            match=schema.decode_match(fields),
            damage=tuple(fields.get("damage", ())),
            shard=schema.decode_shard(fields),
        )
        return kinds.check_report(report)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without a look for cycles: hundreds of thousands of slots have none, however often it looks.

    Looking takes a quarter of the time in which three reports of a thousand rows are merged.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
