"""Put a fleet on a cluster of Ray on this machine through what can go wrong, and count.

    python studies/fleet.py [PART…] [--shards 200] [--moments 20]

The cluster has one head and three nodes in one process tree, each with a cache and a lock of its
own. Shards are of the null runtime, so that counts, not times, are the result. Parts: `removals`
(nodes go and come), `kills` (the driver dies and is resumed), `weights` (300 MB to each node) and
`driver` (its memory, without Ray). Each replaces its own figures in the file. Needs
`pip install -e '.[cpu,fleet]'`; on an idle machine a shard takes two or three seconds.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import onnx
import results

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import onnx_models
import scripted_fleet

from bench.domain import Asked, Subject, Target
from bench.domain.effort import Effort
from bench.engine.shards import divide
from bench.fleet.display import FleetDisplay
from bench.fleet.keeping import begin
from bench.fleet.measure import resume_on
from bench.fleet.on_ray import RayCluster
from bench.fleet.packing import pack
from bench.fleet.saved import SavedFleet, saved
from bench.records import store

EFFORT = Effort("study", 1, 1, 2, 1.0)
PLACE = "kind=study"
LONGEST = 4.0  # seconds a shard that moments are spread over
SIZES = (10, 100, 1_000, 10_000)
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
        self.nodes = [self.add() for _ in range(count)]

    @property
    def address(self) -> str:
        """Where a driver finds the head."""
        return self._cluster.address

    def add(self) -> object:
        """One more node, which may measure one shard at a time."""
        own = Path(tempfile.mkdtemp(dir=self._folder))
        return self._cluster.add_node(
            num_cpus=1,
            resources={"bench": 1},
            labels={"kind": "study"},
            env_vars={"XDG_CACHE_HOME": str(own), "XDG_RUNTIME_DIR": str(own)},
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
                self.nodes.append(self.add())
            else:
                gone = self.nodes.pop(draw.randrange(len(self.nodes)))
                self._cluster.remove_node(gone, allow_graceful=False)
            done += 1

    def close(self) -> None:
        """End all nodes."""
        self._cluster.shutdown()


def begun(folder: Path, model: Path, shards: int, machines: Machines) -> Path:
    """The folder of a fleet with so many shards of one model, each of a batch of its own."""
    subject = Subject((str(model),), (Target("null", "cpu"),), tuple(range(1, shards + 1)), (1,))
    divided = divide(Asked(subject, effort=EFFORT))
    fleet = folder / "fleet"
    fleet.mkdir()
    begin(fleet, pack(divided.plan, divided.models), machines.address, (PLACE,), ("study",))
    return fleet


def drive(fleet: Path, address: str) -> None:
    """What a driver does: measure what is left."""
    resume_on(fleet, address, Asked(wait=False), FleetDisplay(), RayCluster)


def counted(whole: SavedFleet) -> dict[str, object]:
    """How often what happened, and what must not have: a shard twice, two at once, one missing."""
    kinds = Counter(entry["kind"] for entry in whole.entries)
    finished = Counter(entry["shard"] for entry in whole.entries if entry["kind"] == "finished")
    reports = [store.read(whole.place(shard)) for shard in whole.finished()]
    batches = Counter(row.case.workload.batch for report in reports for row in report.outcomes)
    planned = Counter(contest.batch for contest in whole.contests)
    faults = [
        *(f"shard {shard} finished {n} times" for shard, n in finished.items() if n > 1),
        *(f"batch {batch} is not there once" for batch in planned if batches[batch] != 1),
        *("two shards at once on a node" for each in reports if "beside" in each.environment),
    ]
    return {
        "shards": len(whole.shards),
        "sent": kinds["sent"],
        "given_back": kinds["back"],
        "finished": kinds["finished"],
        "hosts": len({entry["host"] for entry in whole.entries if entry["kind"] == "finished"}),
        "faults": faults,
    }


@contextlib.contextmanager
def driving(fleet: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A driver as a process, which can be killed."""
    words = [sys.executable, __file__, "--drive", str(fleet), address]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as driver:
        yield driver


def removals(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """Nodes are removed and added at random moments while shards are measured."""
    draw = random.Random(chosen.seed)
    machines = Machines(folder)
    try:
        fleet = begun(folder, onnx_models.linear(folder / "m.onnx"), chosen.shards, machines)
        with driving(fleet, machines.address) as driver:
            moments = machines.disturb(driver, chosen.moments, chosen.shards, draw)
    finally:
        machines.close()
    return {"moments": moments, **counted(saved(fleet))}


def kills(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """The driver is killed at random moments, and each time another one goes on."""
    draw = random.Random(chosen.seed)
    machines = Machines(folder)
    killed = 0
    try:
        fleet = begun(folder, onnx_models.linear(folder / "m.onnx"), chosen.shards, machines)
        while len(saved(fleet).finished()) < chosen.shards:
            with driving(fleet, machines.address) as driver:
                seconds = draw.uniform(5, 5 + 2 * LONGEST * chosen.shards / 3 / chosen.moments)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    driver.wait(seconds if killed < chosen.moments else None)
                if driver.poll() is None:
                    driver.send_signal(signal.SIGKILL)
                    killed += 1
    finally:
        machines.close()
    return {"killed": killed, **counted(saved(fleet))}


def weights(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """A model with large weights beside it: each node gets them once."""
    machines = Machines(folder)
    try:
        model = with_weights(folder / "large.onnx", chosen.megabytes)
        fleet = begun(folder, model, chosen.shards, machines)
        with driving(fleet, machines.address) as driver:
            driver.wait()
    finally:
        machines.close()
    whole = saved(fleet)
    large = [p for ps in whole.begun.models.values() for p in ps if p.bytes > 2**20]
    copies = [path for each in large for path in folder.glob(f"*/onnx-bench/fleet/{each.sha256}")]
    return {"bytes": sum(each.bytes for each in large), "copies": len(copies), **counted(whole)}


def with_weights(path: Path, megabytes: int) -> Path:
    """A linear model whose weights lie in a file beside it."""
    model = onnx.load(onnx_models.linear(path, features=8192, classes=32 * megabytes))
    onnx.save(model, path, save_as_external_data=True, location="large.data", size_threshold=1024)
    return path


def driver(_folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """The driver alone against nodes by a script: the memory that it takes."""
    rows = []
    for size in (size for size in SIZES if size <= chosen.most):
        shards = scripted_fleet.shards(size)
        tracemalloc.start()
        kept = scripted_fleet.Kept()
        kept.driver(scripted_fleet.Cluster([f"n{n}" for n in range(20)]), shards).run()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(kept.done) == size
        rows.append({"shards": size, "bytes": peak})
    return {"rows": rows}


PARTS = {"removals": removals, "kills": kills, "weights": weights, "driver": driver}


def main() -> None:
    """Put the parts that are named, or all, through it; save and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--shards", type=int, default=200)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="shards of the driver alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drive", nargs=2, metavar=("FLEET", "ADDRESS"), help="as kills does")
    parser.add_argument("--output", type=Path, default=Path("reports/studies/fleet.json"))
    chosen = parser.parse_args()
    os.environ.update(SILENT)
    if chosen.drive:
        drive(Path(chosen.drive[0]), chosen.drive[1])
        return
    before = results.read(chosen.output) if chosen.output.exists() else {}
    content = {part: before[part] for part in PARTS if part in before}
    for part in chosen.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="fleet-") as name:
            os.environ["XDG_DATA_HOME"] = name  # a key of its own
            content[part] = PARTS[part](Path(name), chosen)
        print(json.dumps({part: content[part]}, indent=1))
        results.save("fleet", chosen.output, content)
    sys.exit(any(part.get("faults") for part in content.values()))


if __name__ == "__main__":
    main()
