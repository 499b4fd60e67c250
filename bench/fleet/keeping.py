"""What a driver writes: the beginning of a fleet, what happens, and the reports that nodes send."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from io import BufferedRandom
from pathlib import Path
from typing import Any

from bench.domain import Report, Shard
from bench.engine.saving import Saving
from bench.errors import ReportError
from bench.fleet.cluster import Done
from bench.fleet.packing import Packed
from bench.fleet.saved import FLEET, PLAN, SavedFleet, saved
from bench.records import plans, seal, store
from bench.records.files import storage_errors, write_atomically
from bench.records.journal import JOURNAL, Journal
from bench.records.lines import encoded
from bench.records.newest import FLEET_JOURNAL


def begin(
    folder: Path, packed: Packed, address: str, places: Sequence[str], command: Sequence[str]
) -> None:
    """Write the plan and the first entry of a fleet. Raises ReportError where that cannot be."""
    write_atomically(folder / PLAN, json.dumps(plans.encode(packed.plan), allow_nan=False))
    header = FLEET.envelope(
        {
            "kind": "header",
            "command": list(command),
            "address": address,
            "places": list(places),
            "models": {name: list(map(asdict, each)) for name, each in packed.models.items()},
            "feed": list(map(asdict, packed.feed)),
            "files": dict(packed.files),
        }
    )
    write_atomically(folder / FLEET_JOURNAL, encoded(seal.sealed(header), 1).decode())


class Keeping:
    """Appends to the journal of a fleet, and saves what nodes send; one driver at a time."""

    def __init__(self, folder: Path) -> None:
        """Raises ReportError where another driver is at it."""
        self._file = _opened(folder)
        try:
            self.fleet = saved(folder)  # once nobody else writes
        except BaseException:
            self._file.close()
            raise
        self._file.truncate(self.fleet.whole)  # what an earlier driver left torn
        self._following = len(self.fleet.entries) + 2

    def note(self, kind: str, shard: Shard, host: str, why: str) -> None:
        """Append what happened with a shard on a node. Raises ReportError on a full disk."""
        entry: dict[str, Any] = {"kind": kind, "shard": shard.number, "where": shard.where}
        self._append({**entry, "host": host, "why": why})

    def keep(self, done: Done) -> str:
        """Save a report, whole or not at all; returns why it is not what was ordered, or "".

        What a node sends is data, and may be anything. Raises ReportError where it cannot be saved.
        """
        place = self.fleet.place(done.shard)
        draft = place.with_name(f".{place.name}")
        with storage_errors(draft):
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            (draft / JOURNAL).write_bytes(done.journal)
        try:
            report = store.read(draft)
        except ReportError as error:
            shutil.rmtree(draft, ignore_errors=True)
            return f"It sent no report. {error.message}"
        if refused := _refused(report, done.shard, self.fleet):
            shutil.rmtree(draft, ignore_errors=True)
            return refused
        journal, ledger = Journal.again(draft)
        with contextlib.closing(journal):
            Saving(draft, journal).finish(ledger)
        with storage_errors(place):
            os.replace(draft, place)
        return ""

    def close(self) -> None:
        """Let another driver go on."""
        self._file.close()

    def _append(self, entry: Mapping[str, Any]) -> None:
        with storage_errors(self.fleet.folder / FLEET_JOURNAL):
            self._file.write(encoded(entry, self._following))
            self._file.flush()
        self._following += 1


def _opened(folder: Path) -> BufferedRandom:
    path = folder / FLEET_JOURNAL
    with storage_errors(path):
        flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.fdopen(os.open(path, flags), "rb+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise ReportError(
                f"{folder} is still being measured.",
                f"See how far it is: bench fleet status {folder}",
            ) from error
        return file


def _refused(report: Report, shard: Shard, fleet: SavedFleet) -> str:
    """Why a report is not what was ordered, "" where it is."""
    if report.shard is None or replace(report.shard, file=shard.file) != shard:
        return "It sent the report of another shard."
    contest = fleet.contest(shard)
    promised = {each.model: each.sha256 for each in fleet.plan.models}
    targets = {str(target) for target in fleet.plan.subject.targets}
    for outcome in report.outcomes:
        case = outcome.case
        ordered = (
            (case.model.original or case.model.name) in contest.models
            and case.workload.batch == contest.batch
            and contest.threads in (None, case.workload.threads)
            and (not targets or str(case.target) in targets)
            and (bool(case.model.variant) or case.model.sha256 in ("", promised[case.model.name]))
        )
        if not ordered:
            return f"It sent a row that was not ordered: {case.label}."
    return ""
