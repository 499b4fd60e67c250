"""What a call on several threads takes when its pool spins between calls, and when it is woken.

    python studies/spinning.py [--model max] [--batches 1,128] [--threads 2] [--replicates 8]

In one interleaved run, each side in fresh processes on the same CPUs: a plain loop of calls as a
busy server makes them and calls 5 ms apart as an idle one does, both with onnxruntime's usual
options; slots of bench whose threads stop spinning when a call ends, after a millisecond, when
bench has them stop, and when onnxruntime would. It takes less than five minutes, and says how far
each is from the busy server, and how long another row waits until the threads of one sleep.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
from bench.runtimes.onnxruntime.options import SESSION_CONFIG, SPIN
from bench.statistics.replicates import estimate_ratio, estimate_seconds

LOOP_SIDE, APART_SIDE, SET = "a plain loop", "calls 5 ms apart", "bench, as it is"
# What a side is called, and its entry about threads that spin; "bench, as it is" has bench's own.
SIDES: Mapping[str, Mapping[str, str]] = {
    LOOP_SIDE: {},
    APART_SIDE: {},
    "bench, stopped": {"session.force_spinning_stop": "1"},
    "bench, 1 ms": {SPIN: "1000"},
    SET: {SPIN: SESSION_CONFIG[SPIN]},
    "bench, onnxruntime's": {},
}
LOOP, APART, CALLS = 0.07, 0.005, 8  # seconds of a loop, between two calls; calls of a slot

Slots = list[list[NDArray[np.float64]]]  # by replicate and round


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of the single calls of each slot, and until the threads slept after each."""

    samples: Slots = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def serve(side: str, model: Model, workload: Workload, where: Sequence[int]) -> None:
    """Answer each line of standard input with seconds of calls and of the wait after, as JSON."""
    os.sched_setaffinity(0, where)
    del SESSION_CONFIG[SPIN]
    SESSION_CONFIG.update(SIDES[side])
    runtime = RUNTIMES.load("onnxruntime")
    runtime.load()
    inputs = made_inputs(model, workload.batch, workload.seed)
    call = runtime.open(model, "cpu", workload).bind(dict(inputs))
    _, median = timing.warm_up(call, time.perf_counter_ns)
    timing.settle()
    print("ready", flush=True)
    for _ in sys.stdin:
        samples = slot(side, call, median)
        start = time.perf_counter()
        timing.settle()
        print(json.dumps([samples, time.perf_counter() - start]), flush=True)


def slot(side: str, call: timing.Call, median: float) -> list[float]:
    """Seconds of single calls, made as this side makes them."""
    clock = time.perf_counter_ns
    if side == LOOP_SIDE:
        timing.slot(call, LOOP, 0, clock)
        samples = list(timing.slot(call, LOOP, 0, clock))
    elif side == APART_SIDE:
        samples = []
        for _ in range(CALLS):
            time.sleep(APART)
            samples += timing.slot(call, 0.0, 0, clock)
    else:
        timing.slot(call, waking_seconds(median), 0, clock)
        samples = list(timing.slot(call, slot_seconds(median), opening_calls(median), clock))
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

    def slot(self) -> tuple[NDArray[np.float64], float]:
        """Seconds of single calls, and until its threads slept."""
        assert self._process.stdin, "a pipe"
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        samples, waited = json.loads(self.answer())
        return np.array(samples), waited


def measured(model: Model, workload: Workload, replicates: int, count: int) -> dict[str, Taken]:
    """Fresh processes of all sides in each replicate, which take turns in rounds."""
    taken = {side: Taken() for side in SIDES}
    names, usable = list(SIDES), topology.usable()
    for number in range(replicates):
        print(f"replicate {number + 1} of {replicates}", end="\r", file=sys.stderr)
        where = cpus(topology.places(usable, workload.threads), workload.threads, number)
        with contextlib.ExitStack() as stack:
            sides = [stack.enter_context(Side(n, model, workload, where)) for n in names]
            for side in sides:
                side.answer()  # that it is ready
            for name in names:
                taken[name].samples.append([])
            for order in rounds(range(len(sides)), count, seed=1, replicate=number):
                for index in order:
                    samples, waited = sides[index].slot()
                    taken[names[index]].samples[-1].append(samples)
                    taken[names[index]].waits.append(waited)
    return taken


def rows(batch: int, taken: Mapping[str, Taken]) -> list[dict[str, Any]]:
    """Seconds of each side, its ratio to the plain loop with the interval, and its median wait."""
    loop = taken[LOOP_SIDE].samples
    told = []
    for side, of in taken.items():
        ratio = estimate_ratio(loop, of.samples)
        fields = {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
        seconds, waited = estimate_seconds(of.samples).value, statistics.median(of.waits)
        told.append({"batch": batch, "side": side, "seconds": seconds, "waited": waited, **fields})
    return told


def markdown(saved: Mapping[str, Any]) -> str:
    """The table and the machine."""
    lines = [
        [
            str(row["batch"]),
            row["side"],
            f"{1e6 * row['seconds']:.1f} µs",
            f"{row['ratio']:.3f} ({row['low']:.3f}–{row['high']:.3f})",
            f"{1e3 * row['waited']:.1f} ms",
        ]
        for row in saved["rows"]
    ]
    headings = ["Batch", f"{saved['model']} on {saved['threads']} threads"]
    headings += ["p50", "× the loop", "Others wait"]
    return f"{results.table(headings, lines, 2)}\n\n{results.machine(saved)}\n"


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
