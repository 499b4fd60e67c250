"""A plan carried out by the nodes of a cluster, from what is asked for to one report."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Protocol

from bench import __version__
from bench.analysis import fleet
from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Summary
from bench.domain import Asked, Shard
from bench.engine.budget import Budget
from bench.engine.measure import check_rows
from bench.engine.shards import divide
from bench.engine.watch import Listener
from bench.errors import BenchError, Interrupted, ReportError
from bench.fleet.cluster import Cluster
from bench.fleet.driver import Driver, FleetStanding, Hooks
from bench.fleet.keeping import Keeping, begin
from bench.fleet.order import Order, Parcel
from bench.fleet.packing import pack, refuse_code
from bench.fleet.saved import PLAN, SavedFleet, saved
from bench.fleet.unmeasured import unmeasured
from bench.host.environment import now
from bench.records import seal, store

# Opens a cluster at an address, where the files lie that orders name by SHA-256.
Connect = Callable[[str, Mapping[str, str]], AbstractContextManager[Cluster]]


class FleetWatch(Listener, Protocol):
    """Whoever follows a fleet."""

    def show(self, standing: FleetStanding) -> None:
        """Where the fleet is."""


@dataclass(frozen=True, slots=True)
class FleetMeasured:
    """What nodes have measured, and the error that ended it before it was done, if any."""

    shown: Summary | SideBySide
    ended: BenchError | None
    folder: Path

    def check(self) -> None:
        """Raise the error whose exit code fits what became of the fleet and its rows."""
        if self.ended:
            raise self.ended
        shown = self.shown
        check_rows(shown.summaries if isinstance(shown, SideBySide) else [shown])


def measure_on(
    address: str, places: Sequence[str], asked: Asked, watch: FleetWatch, connect: Connect
) -> FleetMeasured:
    """Plan what is asked for, and have the nodes at `address` measure it, in each of the `places`.

    Raises UsageError for what a fleet cannot do, before anything is saved.
    """
    assert asked.reports  # nodes send reports, which are saved
    refuse_code(asked.feed)
    divided = divide(replace(asked, anchor=False))
    packed = pack(divided.plan, divided.models)
    folder = store.new_folder(asked.reports, now())
    begin(folder, packed, address, places or ("",), asked.command)
    return _carry_out(folder, address, asked, watch, connect)


def resume_on(
    folder: Path, address: str | None, asked: Asked, watch: FleetWatch, connect: Connect
) -> FleetMeasured:
    """Go on with a fleet: what is finished is not measured again.

    Raises ReportError for one of somebody else whose files or address are not named again: it
    could send any file anywhere.
    """
    whole = saved(folder)
    if not seal.is_own(whole.header):
        feed = asked.feed
        given = (*asked.subject.models, *feed.inputs, *filter(None, [feed.dataset]))
        named = {str(Path(name.rpartition("=")[2]).resolve()) for name in given}
        if others := sorted(set(whole.begun.files.values()) - named):
            raise ReportError(
                f"{folder} was not begun by you here, and it would send: {' '.join(others)}.",
                f"If you know them, name them: bench run --resume {folder} {' '.join(others)}",
            )
        if address is None:
            raise ReportError(
                f"{folder} was not begun by you here, and it would send files to"
                f" {whole.begun.address}.",
                f"If you know it, add: --on {whole.begun.address}",
            )
    return _carry_out(folder, address or whole.begun.address, asked, watch, connect)


def _carry_out(
    folder: Path, address: str, asked: Asked, watch: FleetWatch, connect: Connect
) -> FleetMeasured:
    budget = Budget(asked.budget, spent=asked.spent)
    keeping = Keeping(folder)
    whole = keeping.fleet
    finished = set(whole.finished())
    left = [shard for shard in whole.shards if shard not in finished]
    ended: BenchError | None = None
    why: Mapping[Shard, str] = {}
    try:
        if left:
            with connect(address, _files(whole)) as cluster, watch:
                hooks = Hooks(
                    partial(_order, whole, asked, budget),
                    keeping.keep,
                    keeping.note,
                    watch.tell,
                    watch.show,
                )
                driver = Driver(cluster, left, hooks, time.monotonic, budget.left)
                why = driver.ended
                driver.run()
        else:
            watch.tell("Nothing was left to measure: the fleet was complete.")
    except KeyboardInterrupt:
        ended = Interrupted("Interrupted.", _again(whole.folder))
    except BenchError as error:  # the cluster is gone, or the disk is full
        ended = type(error)(error.message, f"{error.hint} {_again(whole.folder)}".strip())
        if not whole.finished():
            raise ended from error
    finally:
        keeping.close()
    watch.tell(f"saved in {whole.folder}")
    return FleetMeasured(shown(whole, why, asked.command), ended, whole.folder)


def shown(
    whole: SavedFleet, why: Mapping[Shard, str], command: Sequence[str]
) -> Summary | SideBySide:
    """The reports that came as one, as `bench merge` makes it, and rows for what did not come."""
    reports = {whole.place(shard): store.read(whole.place(shard)) for shard in whole.finished()}
    for name, report in unmeasured(whole, why, now()):
        reports[whole.folder / name] = report
    called = {path: path.name for path in reports}
    return fleet.merged(fleet.by_machine_and_software(reports), called, (), command)


def _order(whole: SavedFleet, asked: Asked, budget: Budget, shard: Shard) -> Order:
    left = budget.left()
    models = [whole.begun.models.get(name, ()) for name in whole.contest(shard).models]
    plan = whole.folder / PLAN
    return Order(
        shard,
        PLAN,
        (Parcel(PLAN, shard.plan, plan.stat().st_size), *chain(*models), *whole.begun.feed),
        __version__,
        time.time(),
        asked.limits,
        left if math.isfinite(left) else None,
        asked.wait,
    )


def _files(whole: SavedFleet) -> Mapping[str, str]:
    """Where those lie that orders name, by SHA-256: the plan too, of which shards have it."""
    return {**whole.begun.files, whole.shards[0].plan: str(whole.folder / PLAN)}


def _again(folder: Path) -> str:
    return f"Go on with: bench run --resume {folder}"
