"""Which reports have their samples put aside, and what their journal says in the place of these."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.domain import Measurement, Outcome
from bench.records.archive import Archive
from bench.records.ledger import Entry, Ledger, by_row
from bench.records.lines import Damage
from bench.records.slots import encode_slot

LARGE = 1_000_000  # samples; as JSON they take 20 MB, and each row of a small model has 10,000


def is_large(outcomes: Sequence[Outcome]) -> bool:
    """Whether a report has too many samples to write them beside its figures."""
    rows = (outcome for outcome in outcomes if isinstance(outcome, Measurement))
    return sum(sum(row.slots.calls) for row in rows) > LARGE


def without_samples(
    entries: Iterable[Entry | Damage], ledger: Ledger, file: str, digest: str
) -> Iterator[Entry]:
    """The entries of an undamaged journal; `kept` stands for the slots of a complete replicate."""
    for entry in entries:
        assert not isinstance(entry, Damage)
        number = entry.get("replicate")
        if entry["kind"] == "slot" and entry["replicate"] < ledger.replicates:
            continue
        if entry["kind"] == "complete" and not ledger.is_kept(entry["replicate"]):
            where = {"kind": "kept", "replicate": number, "of": number, "file": file}
            yield {**where, "sha256": digest, **ledger.told_of(entry["replicate"])}
        yield {name: value for name, value in entry.items() if name not in ("number", "check")}


def with_samples(entries: Iterable[Mapping[str, Any] | Damage]) -> Iterator[Entry]:
    """The entries of an undamaged journal as they were before samples were put aside."""
    for entry in entries:
        assert not isinstance(entry, Damage)
        if entry["kind"] != "kept":
            yield {name: value for name, value in entry.items() if name not in ("number", "check")}
            continue
        replicate = entry["replicate"]
        for case, series in entry["archive"].series(entry["of"], replicate, by_row(entry)):
            for slot in series:
                yield {"kind": "slot", "case": case, **encode_slot(slot)}


def with_archives(
    entries: Iterable[dict[str, Any] | Damage], folder: Path
) -> Iterator[Mapping[str, Any] | Damage]:
    """The same entries, those of what is kept with the archive in which it is."""
    archives: dict[tuple[str, str], Archive] = {}
    for entry in entries:
        if isinstance(entry, Damage) or entry["kind"] != "kept":
            yield entry
            continue
        place = entry["file"], entry["sha256"]
        if place not in archives:
            archives[place] = Archive(folder, *place)
        yield {**entry, "archive": archives[place]}
