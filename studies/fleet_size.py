"""What a fleet takes beside its measurements, against its number of shards, and what fits in a day.

    python studies/fleet_size.py [PART…] [--resume] [--ray 10,100] [--alone 10,100,1000,10000]

Parts: `ray` (shards of the null runtime on three nodes of Ray on this machine), `alone` (the driver
with a real folder and nodes by a script, which send real journals: its CPU time and memory) and
`paper` (a sweep of 1,000 models by the plan and the script: nothing is measured). With `--resume`
sizes that are saved are not tried again. Needs `pip install -e '.[cpu,fleet]'`; less than five
minutes of a machine that does nothing else.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import nodes
import paper
import results
import turns

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import onnx_models
import scripted_fleet

from bench.domain import Asked, Shard
from bench.engine.budget import Budget
from bench.fleet import measure
from bench.fleet.cluster import Done, Result
from bench.fleet.driver import Driver, Hooks
from bench.fleet.keeping import Keeping
from bench.fleet.node import perform
from bench.fleet.order import Order
from bench.fleet.saved import PLAN, SavedFleet
from bench.records.lines import encoded

NODES = 20  # by a script
MEGABYTE = 1e6


class Sending(scripted_fleet.Cluster):
    """Nodes by a script that send the journal of one real shard, as if it were of each."""

    def __init__(self, template: bytes) -> None:
        labels = [nodes.PLACE.split("=")]
        super().__init__([f"n{number}" for number in range(NODES)], labels=labels)
        self._entries = [json.loads(line) for line in template.splitlines()]

    def results(self, seconds: float) -> list[Result]:
        """What the script says, with journals."""
        answers = super().results(seconds)
        return [
            replace(each, journal=self._journal(each.shard)) if isinstance(each, Done) else each
            for each in answers
        ]

    def _journal(self, shard: Shard) -> bytes:
        header, *others = self._entries
        row = {**header["plan"][0], "batch": shard.number, "sizes": {"batch": shard.number}}
        number = {**header["shard"], "number": shard.number}
        lines = [{**header, "shard": number, "plan": [row]}, *others]
        return b"".join(encoded(line, place) for place, line in enumerate(lines, 1))


def on_ray(size: int) -> dict[str, Any]:
    """Seconds of so many shards on three nodes: on them, between two of them, and in all."""
    with tempfile.TemporaryDirectory(prefix="fleet-") as name, nodes.machines(Path(name)) as ray:
        folder = Path(name)
        os.environ["XDG_DATA_HOME"] = name  # a key of its own
        fleet = nodes.begun(folder, onnx_models.linear(folder / "m.onnx"), size, ray.address)
        with nodes.driving(fleet, ray.address) as driver:
            _, _, used = os.wait4(driver.pid, 0)
        faults = nodes.counted(fleet)["faults"]
        spans = list(turns.spans(folder).values())
    if faults:
        raise SystemExit(f"What was measured is not whole: {faults}")
    ends = [end for own in spans for span in own for end in span]
    return {
        "shards": size,
        "seconds": max(ends) - min(ends),
        "turn": statistics.fmean(end - begin for own in spans for begin, end in own),
        "between": statistics.fmean(
            begin - end for own in spans for (_, end), (begin, _) in pairwise(own)
        ),
        "cpu": used.ru_utime + used.ru_stime,
        "bytes": used.ru_maxrss * 1024,
    }


def alone(size: int) -> dict[str, Any]:
    """The CPU seconds and the memory that the driver takes by itself, in a process of its own."""
    words = [sys.executable, __file__, "--drive", str(size)]
    said = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    told: dict[str, Any] = json.loads(said)
    return told


def driven(size: int) -> dict[str, Any]:
    """What `alone` reports: from the first order to the last journal that is kept."""
    with tempfile.TemporaryDirectory(prefix="fleet-") as name:
        os.environ["XDG_DATA_HOME"] = os.environ["XDG_RUNTIME_DIR"] = name
        folder = Path(name)
        fleet = nodes.begun(folder, onnx_models.linear(folder / "m.onnx"), size, "nowhere")
        keeping = Keeping(fleet)
        order = partial(vars(measure)["_order"], keeping.fleet, Asked(wait=False), Budget())
        hooks = Hooks(
            order,
            keeping.keep,
            keeping.note,
            lambda sentence: None,
            lambda standing: None,
        )
        cluster = Sending(_template(keeping.fleet, order, folder))
        driver = Driver(cluster, keeping.fleet.shards, hooks, cluster.clock, lambda: 1.0)
        began = time.process_time()
        driver.run()
        cpu = time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        keeping.close()
        assert not driver.ended and len(keeping.fleet.finished()) == size
    return {"shards": size, "cpu": cpu, "bytes": peak * 1024}


def _template(fleet: SavedFleet, order: Callable[[Shard], Order], folder: Path) -> bytes:
    """The journal of the first shard, as a node sends it."""
    files = {**fleet.begun.files, fleet.shards[0].plan: str(fleet.folder / PLAN)}
    answer = perform(
        order(fleet.shards[0]).encode(),
        lambda digest: Path(files[digest]).read_bytes(),
        lambda doing: None,
        folder / "node",
    )
    return answer["journal"]


def markdown(saved: Mapping[str, Any]) -> str:
    """The tables of a saved study."""
    parts = [*_of_ray(saved.get("ray", ())), *_of_driver(saved.get("alone", ()))]
    parts += paper.told(saved["paper"]) if "paper" in saved else []
    return "\n\n".join([*parts, results.machine(saved)]) + "\n"


def _of_ray(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    heads = ("Shards on Ray", "A second", "A shard on its node", "Between two", "Driver's memory")
    lines = [
        (
            f"{row['shards']:,}",
            f"{row['shards'] / row['seconds']:.2f}",
            results.duration(row["turn"]),
            results.duration(row["between"]),
            f"{row['bytes'] / MEGABYTE:.0f} MB",
        )
        for row in rows
    ]
    if lines:
        yield results.table(heads, lines, texts=0)


def _of_driver(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    heads = ("Shards of a script", "CPU a shard", "Shards a second", "Memory")
    lines = [
        (
            f"{row['shards']:,}",
            results.duration(row["cpu"] / row["shards"]),
            f"{row['shards'] / row['cpu']:.0f}",
            f"{row['bytes'] / MEGABYTE:.0f} MB",
        )
        for row in rows
    ]
    if lines:
        yield results.table(heads, lines, texts=0)


def sizes(text: str) -> Iterable[int]:
    """Numbers with commas between them."""
    return map(int, text.split(","))


def main() -> None:
    """Try the parts that are named, or all; save after each size, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help="ray, alone, paper")
    parser.add_argument("--resume", action="store_true", help="keep the sizes that are saved")
    parser.add_argument("--ray", default="10,100")
    parser.add_argument("--alone", default="10,100,1000,10000")
    parser.add_argument("--drive", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/fleet-size.json"))
    chosen = parser.parse_args()
    os.environ.update(nodes.SILENT)
    if chosen.drive:
        print(json.dumps(driven(chosen.drive)))
        return
    before = results.read(chosen.output) if chosen.output.exists() else {}
    content = {part: before[part] for part in ("ray", "alone", "paper") if part in before}
    for part, tried in (("ray", on_ray), ("alone", alone)):
        if part not in (chosen.parts or ("ray", "alone")):
            continue
        rows = content[part] = content.get(part, []) if chosen.resume else []
        for size in sizes(getattr(chosen, part)):
            if size not in [row["shards"] for row in rows]:
                rows.append(tried(size))
                print(json.dumps(rows[-1]), flush=True)
                results.save("fleet-size", chosen.output, content)
    if "paper" in (chosen.parts or ("paper",)):
        content["paper"] = paper.planned()
        results.save("fleet-size", chosen.output, content)
    print(markdown(results.read(chosen.output)))


if __name__ == "__main__":
    main()
