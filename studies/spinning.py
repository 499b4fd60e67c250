"""What a call on several threads takes when its pool spins between calls, and when it is woken.

    python studies/spinning.py [--model max] [--batches 1,128] [--threads 2] [--replicates 8]

In one interleaved run, each side in fresh processes on the same CPUs: a plain loop of calls as a
busy server makes them and calls 5 ms apart as an idle one does, both with onnxruntime's usual
options; slots of bench with `session.force_spinning_stop` as it is set now (1), and otherwise (0).
It takes less than three minutes, and says which of the two is nearer to the busy server.
"""

import argparse
import contextlib
import itertools
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import results
from numpy.typing import NDArray

from bench.domain import Model, Workload
from bench.engine import timing
from bench.engine.schedule import cpus, opening_calls, rounds, slot_seconds, waking_seconds
from bench.engine.survey import described
from bench.host import topology
from bench.models.feed.inputs import made_inputs
from bench.records.schema import decode_model
from bench.runtimes import RUNTIMES
from bench.runtimes.onnxruntime.options import SESSION_CONFIG
from bench.statistics.replicates import estimate_ratio, estimate_seconds

STOP = "session.force_spinning_stop"
# What a side is called, and whether its threads stop spinning when a call has ended.
SIDES = {
    "a plain loop": "0",
    "calls 5 ms apart": "0",
    "bench, stopped (1)": "1",
    "bench, spinning (0)": "0",
}
LOOP, APART, CALLS = 0.07, 0.005, 8  # seconds of a loop, between two calls; calls of a slot

Slots = list[list[NDArray[np.float64]]]  # by replicate and round


def serve(side: str, model: Model, workload: Workload, where: Sequence[int]) -> None:
    """Answer each line of standard input with the seconds of single calls, as JSON."""
    os.sched_setaffinity(0, where)
    SESSION_CONFIG[STOP] = SIDES[side]
    runtime = RUNTIMES.load("onnxruntime")
    runtime.load()
    inputs = made_inputs(model, workload.batch, workload.seed)
    call = runtime.open(model, "cpu", workload).bind(dict(inputs))
    _, median = timing.warm_up(call, time.perf_counter_ns)
    timing.settle()
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(slot(side, call, median)), flush=True)


def slot(side: str, call: timing.Call, median: float) -> list[float]:
    """Seconds of single calls, made as this side makes them; other sides may run afterwards."""
    clock = time.perf_counter_ns
    if side == "a plain loop":
        timing.slot(call, LOOP, 0, clock)
        samples = list(timing.slot(call, LOOP, 0, clock))
    elif side == "calls 5 ms apart":
        samples = []
        for _ in range(CALLS):
            time.sleep(APART)
            samples += timing.slot(call, 0.0, 0, clock)
    else:
        timing.slot(call, waking_seconds(median), 0, clock)
        samples = list(timing.slot(call, slot_seconds(median), opening_calls(median), clock))
    timing.settle()
    return samples


class Side:
    """A process that serves one side; a context manager."""

    def __init__(self, side: str, model: Model, workload: Workload, where: Sequence[int]) -> None:
        told = json.dumps([side, asdict(model), asdict(workload), list(where)])
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Side":
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.wait()

    def answer(self) -> str:
        """Its next line. Ends the script where the process has ended."""
        assert self._process.stdout, "a pipe"
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("A side has ended; its error stands above.")
        return line

    def slot(self) -> NDArray[np.float64]:
        """Seconds of single calls."""
        assert self._process.stdin, "a pipe"
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return np.array(json.loads(self.answer()))


def measured(model: Model, workload: Workload, replicates: int, count: int) -> dict[str, Slots]:
    """Fresh processes of all sides in each replicate, which take turns in rounds."""
    samples: dict[str, Slots] = {side: [] for side in SIDES}
    names, usable = list(SIDES), topology.usable()
    for number in range(replicates):
        print(f"replicate {number + 1} of {replicates}", end="\r", file=sys.stderr)
        where = cpus(topology.places(usable, workload.threads), workload.threads, number)
        with contextlib.ExitStack() as stack:
            sides = [stack.enter_context(Side(n, model, workload, where)) for n in names]
            for side in sides:
                side.answer()  # that it is ready
            for name in names:
                samples[name].append([])
            for order in rounds(range(len(sides)), count, seed=1, replicate=number):
                for index in order:
                    samples[names[index]][-1].append(sides[index].slot())
    return samples


def rows(batch: int, samples: Mapping[str, Slots]) -> list[dict[str, Any]]:
    """Seconds of each side, and its ratio to the plain loop with the interval."""
    loop = samples["a plain loop"]
    told = []
    for side, slots in samples.items():
        ratio = estimate_ratio(loop, slots)
        fields = {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
        told.append(
            {"batch": batch, "side": side, "seconds": estimate_seconds(slots).value, **fields}
        )
    return told


def markdown(saved: Mapping[str, Any]) -> str:
    """The table and the machine."""
    lines = [
        [
            str(row["batch"]),
            row["side"],
            f"{1e6 * row['seconds']:.1f} µs",
            f"{row['ratio']:.3f} ({row['low']:.3f}–{row['high']:.3f})",
        ]
        for row in saved["rows"]
    ]
    decided = [decision(of) for _, of in itertools.groupby(saved["rows"], lambda row: row["batch"])]
    headings = ["Batch", f"{saved['model']} on {saved['threads']} threads", "p50", "× the loop"]
    table = results.table(headings, lines, 2)
    return f"{table}\n\n{' '.join(decided)}\n\n{results.machine(saved)}\n"


def decision(rows: Iterable[Mapping[str, Any]]) -> str:
    """Which setting of bench is nearer to a busy server's loop, where their intervals tell."""
    by_side = {row["side"]: row for row in rows}
    stopped, spinning = by_side["bench, stopped (1)"], by_side["bench, spinning (0)"]
    batch = f"At batch {stopped['batch']}"
    if overlap(stopped, spinning):
        return f"{batch} the two are not told apart: keep the stop, which leaves other rows alone."
    off = {row["side"]: math.expm1(abs(math.log(row["ratio"]))) for row in (stopped, spinning)}
    nearer, further = sorted(off, key=lambda side: off[side])
    return (
        f"{batch} {nearer} is nearer to a busy server: off by {100 * off[nearer]:.1f} %"
        f" against {100 * off[further]:.1f} %."
    )


def overlap(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two ratios have a value in common."""
    return bool(first["low"] <= second["high"] and second["low"] <= first["high"])


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="max", help="a bundled model or a file")
    parser.add_argument("--batches", default="1,128", help="batch sizes, with commas")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--replicates", type=int, default=8, help="sets of fresh processes")
    parser.add_argument("--rounds", type=int, default=16, help="slots of each in a replicate")
    parser.add_argument("--output", type=Path, default=Path("reports/studies/spinning.json"))
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure, save, and print the table."""
    chosen = arguments()
    if chosen.serve:
        side, fields, workload, where = json.loads(chosen.serve)
        serve(side, decode_model(fields), Workload(**workload), where)
        return
    model = described(chosen.model)
    told = []
    for batch in map(int, chosen.batches.split(",")):
        workload = Workload(batch, chosen.threads)
        told += rows(batch, measured(model, workload, chosen.replicates, chosen.rounds))
    content = {"model": chosen.model, "threads": chosen.threads, "rows": told}
    print(markdown(results.save("spinning", chosen.output, content)))


if __name__ == "__main__":
    main()
