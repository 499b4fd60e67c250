"""The folder of a fleet as it lies there: its plan, what happened, and the reports that came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.domain import Contest, Plan, Shard
from bench.domain.fleet import deal
from bench.fleet.order import Parcel
from bench.records import plans, store
from bench.records.document import DocumentKind
from bench.records.files import open_regular
from bench.records.lines import Damage, Lines
from bench.records.newest import FLEET_JOURNAL, is_fleet

# History of the version: 1 is the first.
FLEET = DocumentKind(
    "fleet", 1, "a fleet", "Give a folder that `bench run --on` saved under reports/."
)
PLAN = "plan.json"
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first entry says: where nodes are, which places measure, and what nodes need.

    `models` and `feed` are the files of each and all shards; `files` says by SHA-256 where each
    lies here.
    """

    address: str
    places: tuple[str, ...]
    models: Mapping[str, tuple[Parcel, ...]]
    feed: tuple[Parcel, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SavedFleet:
    """A fleet's `plan` and what became of its `shards`, each of which is a contest at a place.

    `header` and `entries` are as the journal has them; `whole` bytes of it are not torn.
    """

    folder: Path
    plan: Plan
    plan_fields: Entry
    contests: Sequence[Contest]
    shards: Sequence[Shard]
    begun: Begun
    header: Entry
    entries: Sequence[Entry]
    whole: int

    def contest(self, shard: Shard) -> Contest:
        """What a shard consists of."""
        return self.contests[shard.number - 1]

    def place(self, shard: Shard) -> Path:
        """The folder of a shard's report."""
        label = f"{quote(shard.where, safe='=')}-" if shard.where else ""
        return self.folder / f"{label}{shard.number}of{shard.of}"

    def finished(self) -> list[Shard]:
        """The shards whose reports are here, whole."""
        return [shard for shard in self.shards if store.is_complete(self.place(shard))]


def reports_of(path: Path) -> list[Path]:
    """The reports in the folder of a fleet, or `path` itself. Raises ReportError as `saved`."""
    if not is_fleet(path):
        return [path]
    fleet = saved(path)
    return [fleet.place(shard) for shard in fleet.finished()]


def missing(path: Path) -> list[str]:
    """The sentence on what has not come of a fleet, with the command that measures it."""
    fleet = saved(path)
    count, total = len(fleet.shards) - len(fleet.finished()), len(fleet.shards)
    if not count:
        return []
    is_or_are = "is" if count == 1 else "are"
    return [f"Of {path} {count} of {total} shards {is_or_are} missing: bench run --resume {path}"]


def saved(folder: Path) -> SavedFleet:
    """The fleet in a folder; a torn last entry is dropped.

    Raises ReportError for what is no fleet, or one of a newer version.
    """
    with (
        FLEET.reading(folder / FLEET_JOURNAL),
        open_regular(folder / FLEET_JOURNAL, FLEET.hint) as file,
    ):
        lines = Lines(file, checked=True)
        entries = list(lines)
        if not entries or any(isinstance(entry, Damage) for entry in entries):
            raise ValueError("a line of it is not what was written")
        header, *others = (entry for entry in entries if not isinstance(entry, Damage))
        begun = _begun(FLEET.checked(header, folder / FLEET_JOURNAL))
    plan, digest, fields = plans.read(folder / PLAN)
    of = len(plan.contests)
    contests = [contest for (contest,) in deal(plan.contests, of)]
    shards = [
        Shard(digest, str(folder / PLAN), number + 1, of, where)
        for where in begun.places
        for number in sorted(range(of), key=lambda number: -contests[number].seconds)
    ]
    return SavedFleet(folder, plan, fields, contests, shards, begun, header, others, lines.whole)


def _begun(fields: Entry) -> Begun:
    return Begun(
        str(fields["address"]),
        tuple(map(str, fields["places"])),
        {str(name): _parcels(each) for name, each in fields["models"].items()},
        _parcels(fields["feed"]),
        {str(digest): str(path) for digest, path in fields["files"].items()},
    )


def _parcels(fields: Sequence[Mapping[str, Any]]) -> tuple[Parcel, ...]:
    return tuple(Parcel(str(f["name"]), str(f["sha256"]), int(f["bytes"])) for f in fields)
