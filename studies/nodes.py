"""A cluster of Ray on this machine whose nodes come and go, and what became of a fleet on it."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import turns

from bench.domain import Asked, Subject, Target
from bench.domain.effort import Effort
from bench.engine.shards import divide
from bench.fleet.display import FleetDisplay
from bench.fleet.keeping import begin
from bench.fleet.measure import resume_on
from bench.fleet.packing import pack
from bench.fleet.saved import SavedFleet, saved
from bench.records import store

EFFORT = Effort("study", 1, 1, 2, 1.0)
PLACE = "kind=study"
LONGEST = 4.0  # seconds a shard that moments are spread over
SILENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",
}  # nothing leaves this machine


class Machines:
    """A head and nodes of Ray on this machine; every node has folders of its own."""

    def __init__(self, folder: Path, count: int = 3) -> None:
        from ray.cluster_utils import Cluster

        self._folder = folder
        self._cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        self.nodes = [self.add(self.place()) for _ in range(count)]

    @property
    def address(self) -> str:
        """Where a driver finds the head."""
        return self._cluster.address

    def place(self) -> Path:
        """A folder for a node."""
        return Path(tempfile.mkdtemp(dir=self._folder, prefix="node-"))

    def add(self, own: Path, environment: Mapping[str, str] | None = None) -> object:
        """One more node, which may measure one shard at a time and keeps its files in `own`."""
        return self._cluster.add_node(
            num_cpus=1,
            resources={"bench": 1},
            labels={"kind": "study"},
            env_vars={
                "XDG_CACHE_HOME": str(own),
                "XDG_RUNTIME_DIR": str(own),
                **(environment or {}),
            },
        )

    def disturb(
        self, driver: subprocess.Popen[bytes], moments: int, shards: int, draw: random.Random
    ) -> int:
        """Remove and add nodes in turn while a driver is at it; returns how often."""
        done = 0
        while True:
            seconds = draw.uniform(0.5, 1.5) * LONGEST * shards / len(self.nodes) / (moments + 1)
            with contextlib.suppress(subprocess.TimeoutExpired):
                driver.wait(seconds if done < moments else None)
            if driver.poll() is not None:
                return done
            if done % 2:
                self.nodes.append(self.add(self.place()))
            else:
                gone = self.nodes.pop(draw.randrange(len(self.nodes)))
                self._cluster.remove_node(gone, allow_graceful=False)
            done += 1

    def close(self) -> None:
        """End all nodes."""
        self._cluster.shutdown()


@contextlib.contextmanager
def machines(folder: Path, count: int = 3) -> Iterator[Machines]:
    """Nodes that end with the block."""
    these = Machines(folder, count)
    try:
        yield these
    finally:
        these.close()


def begun(folder: Path, model: Path, shards: int, address: str) -> Path:
    """The folder of a fleet with so many shards of one model, each of a batch of its own."""
    subject = Subject((str(model),), (Target("null", "cpu"),), tuple(range(1, shards + 1)), (1,))
    divided = divide(Asked(subject, effort=EFFORT))
    fleet = folder / "fleet"
    fleet.mkdir()
    begin(fleet, pack(divided.plan, divided.models), address, (PLACE,), ("study",))
    return fleet


def drive(fleet: Path, address: str) -> None:
    """What a driver does: measure what is left."""
    resume_on(fleet, address, Asked(wait=False), FleetDisplay(), turns.TimedCluster)


@contextlib.contextmanager
def driving(fleet: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A driver as a process, which can be killed."""
    words = [sys.executable, __file__, str(fleet), address]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as driver:
        yield driver


def counted(fleet: Path) -> dict[str, object]:
    """How often what happened, and what must not have: a shard twice, two at once, one missing."""
    whole = saved(fleet)
    kinds = Counter(entry["kind"] for entry in whole.entries)
    finished = Counter(entry["shard"] for entry in whole.entries if entry["kind"] == "finished")
    reports = [store.read(whole.place(shard)) for shard in whole.finished()]
    batches = Counter(row.case.workload.batch for report in reports for row in report.outcomes)
    planned = Counter(contest.batch for contest in whole.contests)
    faults = [
        *(f"shard {shard} finished {n} times" for shard, n in finished.items() if n > 1),
        *(f"batch {batch} is not there once" for batch in planned if batches[batch] != 1),
        *("two shards at once on a node" for each in reports if "beside" in each.environment),
        *turns.together(fleet.parent),
    ]
    return {
        "shards": len(whole.shards),
        "sent": kinds["sent"],
        "given_back": kinds["back"],
        "finished": kinds["finished"],
        "timed": sum(map(len, turns.spans(fleet.parent).values())),
        "hosts": len(hosts(whole)),
        "faults": faults,
    }


def hosts(whole: SavedFleet) -> set[str]:
    """The nodes that finished something."""
    return {entry["host"] for entry in whole.entries if entry["kind"] == "finished"}


def of_node(own: Path, begins: bytes = b"") -> list[int]:
    """The processes of the node whose folder is `own`, those whose command line so begins."""
    wanted = f"XDG_CACHE_HOME={own}".encode()
    ids = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = (process / "environ").read_bytes().split(b"\0")
            if wanted in environment and (process / "cmdline").read_bytes().startswith(begins):
                ids.append(int(process.name))
    return ids


def tell(ids: list[int], what: signal.Signals) -> None:
    """Send a signal to processes, as far as they are still there."""
    for process in ids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, what)


if __name__ == "__main__":
    drive(Path(sys.argv[1]), sys.argv[2])
