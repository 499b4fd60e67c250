"""What a node does with an order: it takes in the files it lacks, measures, and sends a journal."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, TypedDict

from bench import __version__
from bench.domain import Asked
from bench.engine.shards import measure_shard
from bench.engine.sweep import Progress
from bench.engine.watch import Unwatched
from bench.errors import BenchError, Interrupted, ReportError
from bench.fleet.cluster import Fault
from bench.fleet.order import Order, Parcel
from bench.gist import refusal
from bench.host.folders import cache_folder
from bench.records import plans
from bench.records.journal import JOURNAL, in_one_piece

PULSE = 10.0  # seconds between two signs of life
WRONG = 300.0  # seconds that clocks may differ: a report says when it was made
ROOM = 64 * 2**20  # bytes for journals and what runtimes write
Fetch = Callable[[str], bytes | memoryview]  # the content of a file by its SHA-256


class Answer(TypedDict, total=False):
    """What a node sends back: a journal, or why there is none and what is at fault."""

    journal: bytes
    why: str
    fault: Fault


class _Unfit(Exception):
    """The node cannot measure, whatever is ordered."""


def perform(
    fields: Mapping[str, Any],
    fetch: Fetch,
    beat: Callable[[str], None],
    store: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> Answer:
    """Measure what `Order.encode` says, in a folder of its own; `beat` is called meanwhile.

    Files are kept in `store` by their digests, so that each comes once.
    """
    store = store or files_folder()
    try:
        with _Pulse(beat) as pulse:
            _check_node(fields, clock)
            return {"journal": _measured(Order.decode(fields), fetch, store, pulse)}
    except _Unfit as error:
        return {"why": str(error), "fault": "node"}
    except OSError as error:
        return {"why": f"{error.filename or store}: {refusal(error)}.", "fault": "node"}
    except Interrupted:
        return {"why": "It was interrupted.", "fault": "accident"}
    except BenchError as error:
        return {"why": error.sentence(), "fault": "order"}


def files_folder() -> Path:
    """Where a node keeps what it was sent; it may be removed while nothing is measured."""
    return cache_folder() / "fleet"


def _check_node(fields: Mapping[str, Any], clock: Callable[[], float]) -> None:
    if (there := fields.get("version")) != __version__:
        raise _Unfit(
            f"It has onnx-bench {__version__}, and the driver has {there}. Install the same"
            " from its clone: pip install '.[cpu,fleet]'"
        )
    off = clock() - fields["sent"]
    if abs(off) > WRONG:
        direction = "ahead" if off > 0 else "behind"
        raise _Unfit(f"Its clock is {abs(off) / 60:.0f} minutes {direction}. Set it right.")


def _measured(order: Order, fetch: Fetch, store: Path, pulse: "_Pulse") -> bytes:
    store.mkdir(parents=True, exist_ok=True)
    _check_room(order, store)
    with tempfile.TemporaryDirectory(prefix="order-", dir=store) as name:
        folder = Path(name)
        for parcel in order.parcels:
            _take_in(parcel, fetch, store, folder)
        with contextlib.chdir(folder):
            return _journal(order, store, pulse)


def _journal(order: Order, store: Path, pulse: "_Pulse") -> bytes:
    """That of the shard, measured in the present folder."""
    whole, _, _ = plans.read(Path(order.plan))
    asked = Asked(
        # All that the plan names was named by whoever runs the driver.
        subject=whole.subject,
        feed=whole.feed,
        budget=order.budget,
        limits=order.limits,
        reports=Path("reports"),
        command=order.shard.command,
        wait=order.wait,
    )
    shard = order.shard
    measured = measure_shard(
        Path(order.plan), shard.number, shard.of, asked, _Watch(pulse), where=shard.where
    )
    if isinstance(measured.ended, ReportError):  # a full disk
        raise _Unfit(f"{measured.ended.message} Make room in {store}.")
    if measured.ended or not measured.folder:
        raise measured.ended or BenchError("Nothing was saved.")
    return in_one_piece(measured.folder / JOURNAL)


def _check_room(order: Order, store: Path) -> None:
    coming = sum(each.bytes for each in order.parcels if not (store / each.sha256).exists())
    free = shutil.disk_usage(store).free
    if coming + ROOM > free:
        raise _Unfit(
            f"{store} has room for {free / 2**20:.0f} MiB, and {(coming + ROOM) / 2**20:.0f} MiB"
            " are needed. Make room there."
        )


def _take_in(parcel: Parcel, fetch: Fetch, store: Path, folder: Path) -> None:
    """Put a file where the plan names it; it comes from the driver where it is not here yet."""
    kept = store / parcel.sha256
    if not kept.exists() or _digest(kept) != parcel.sha256:
        descriptor, draft = tempfile.mkstemp(dir=store, prefix=".coming-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(fetch(parcel.sha256))
            if _digest(Path(draft)) != parcel.sha256:
                raise BenchError(f"{parcel.name} came as another file than was planned.")
            os.replace(draft, kept)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft)
    place = (folder / parcel.name).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise BenchError(f"{parcel.name} lies outside of the folder of its order.")
    place.parent.mkdir(parents=True, exist_ok=True)
    os.link(kept, place)  # no symbolic link: weights must lie in the folder of their model


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Pulse:
    """Says every ten seconds what is being done, from a thread of its own.

    It says that this process is alive; whether a worker is, its deadlines tell.
    """

    def __init__(self, beat: Callable[[str], None]) -> None:
        self.doing = "starting"
        self._beat = beat
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        self._beat(self.doing)
        while not self._over.wait(PULSE):
            self._beat(self.doing)


class _Watch(Unwatched):
    """Lets the pulse say which replicate it is; the rest stands in the shard's report."""

    def __init__(self, pulse: _Pulse) -> None:
        self._pulse = pulse

    def update(self, progress: Progress) -> None:
        """Called between slots, never during one."""
        case, _, _ = progress.doing.rpartition(": ")
        self._pulse.doing = f"replicate {progress.replicate + 1}, {case}"
