"""Put a fleet on a cluster of Ray on this machine through what can go wrong, and count.

    python studies/fleet.py [PART…] [--shards 200] [--moments 20]

The cluster has one head and three nodes in one process tree, each with a cache and a lock of its
own. Shards are of the null runtime, so that counts, not times, are the result. Parts: `removals`
(nodes go and come), `kills` (the driver dies and is resumed), `many` (a thousand shards, never two
at once on a node), `weights` (300 MB to each node) and `faulty` (a full disk, one that fills, a
wrong clock, two that hang; needs root). Each replaces its own figures in the file. Needs
`pip install -e '.[cpu,fleet]'`; on an idle machine a shard takes two seconds.
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
from pathlib import Path

import faulty
import nodes
import onnx
import results
import turns

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import onnx_models

from bench.fleet.saved import saved


def removals(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """Nodes are removed and added at random moments while shards are measured."""
    draw = random.Random(chosen.seed)
    with nodes.machines(folder) as machines:
        model = onnx_models.linear(folder / "m.onnx")
        fleet = nodes.begun(folder, model, chosen.shards, machines.address)
        with nodes.driving(fleet, machines.address) as driver:
            moments = machines.disturb(driver, chosen.moments, chosen.shards, draw)
    return {"moments": moments, **nodes.counted(fleet)}


def kills(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """The driver is killed at random moments, and each time another one goes on."""
    draw = random.Random(chosen.seed)
    killed = 0
    with nodes.machines(folder) as machines:
        model = onnx_models.linear(folder / "m.onnx")
        fleet = nodes.begun(folder, model, chosen.shards, machines.address)
        while len(saved(fleet).finished()) < chosen.shards:
            with nodes.driving(fleet, machines.address) as driver:
                longest = 5 + 2 * nodes.LONGEST * chosen.shards / 3 / chosen.moments
                seconds = draw.uniform(5, longest)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    driver.wait(seconds if killed < chosen.moments else None)
                if driver.poll() is None:
                    driver.send_signal(signal.SIGKILL)
                    killed += 1
    return {"killed": killed, **nodes.counted(fleet)}


def many(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """Nothing happens to a thousand shards but that each is measured, one at a time on a node."""
    with nodes.machines(folder) as machines:
        model = onnx_models.linear(folder / "m.onnx")
        fleet = nodes.begun(folder, model, chosen.many, machines.address)
        with nodes.driving(fleet, machines.address) as driver:
            driver.wait()
    return nodes.counted(fleet)


def weights(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """A model with large weights beside it: each node gets them once."""
    with nodes.machines(folder) as machines:
        model = with_weights(folder / "large.onnx", chosen.megabytes)
        fleet = nodes.begun(folder, model, chosen.few, machines.address)
        with nodes.driving(fleet, machines.address) as driver:
            driver.wait()
    whole = saved(fleet)
    large = [p for ps in whole.begun.models.values() for p in ps if p.bytes > 2**20]
    return {
        "bytes": sum(each.bytes for each in large),
        "copies": sum(turns.taken(folder, each.sha256) for each in large),
        **nodes.counted(fleet),
    }


def with_weights(path: Path, megabytes: int) -> Path:
    """A linear model whose weights lie in a file beside it."""
    model = onnx.load(onnx_models.linear(path, features=8192, classes=32 * megabytes))
    onnx.save(model, path, save_as_external_data=True, location="large.data", size_threshold=1024)
    return path


def at_fault(folder: Path, chosen: argparse.Namespace) -> dict[str, object]:
    """Nodes without room, with a wrong clock or that hang, beside two good ones."""
    return faulty.measured(folder, onnx_models.linear(folder / "m.onnx"), chosen.few)


PARTS = {
    "removals": removals,
    "kills": kills,
    "many": many,
    "weights": weights,
    "faulty": at_fault,
}


def main() -> None:
    """Put the parts that are named, or all, through it; save and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--shards", type=int, default=200)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--many", type=int, default=1000, help="shards of many")
    parser.add_argument("--few", type=int, default=24, help="shards of weights and faulty")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/fleet.json"))
    chosen = parser.parse_args()
    os.environ.update(nodes.SILENT)
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
