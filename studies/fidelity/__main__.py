"""Compares the p50 that bench measures with that of a C program that calls the same library.

    python studies/fidelity [--models max,avg] [--batches 1,128] [--replicates 5]
    python studies/fidelity --against c      # the same table for two equal C programs
    python studies/fidelity --provider cuda --batches 1,512

Needs a C compiler and the onnxruntime wheel; the program loads the wheel's libonnxruntime.
Each replicate starts fresh processes of the program and of bench's workers, which take turns in
rounds whose order is random, then reversed. On a GPU both call for 50 ms before a slot, so that its
clock is up. Target: within 1.5 µs (3 on a GPU) or 1 %, whichever is larger.
Exits with 1 where a whole interval lies outside. Run it on an idle machine.
"""

import argparse
import contextlib
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import floor
import numpy as np
from numpy.typing import NDArray
from side import Bench

from bench.domain import Model, Workload
from bench.engine.schedule import LEAST_GPU_SLOT, opening_calls, rounds, slot_seconds
from bench.engine.survey import described
from bench.host import gpu
from bench.host.gpu_clock import WINDOW
from bench.models.catalog import exported_folder
from bench.models.feed.dataset import open_dataset
from bench.runtimes.onnxruntime.options import provider_options
from bench.statistics.replicates import estimate_ratio, estimate_seconds

MOST_MICROSECONDS = {"cpu": 1.5, "cuda": 3.0}
MOST_SHARE = 0.01
MOST_OUTPUT_DIFFERENCE = 1e-3  # of log-probabilities, to what was exported
MICRO = 1e6


Slots = list[list[NDArray[np.float64]]]  # by replicate and round


class Side(Protocol):
    """A process that runs one case: of the C program or of bench."""

    def __enter__(self) -> "Side": ...

    def __exit__(self, *exception: object) -> None: ...

    def warm_up(self) -> float:
        """The median of the last window in seconds."""

    def slot(self, seconds: float, opening: int) -> list[float]:
        """Seconds of single calls, after `opening` untimed ones."""


Open = Callable[[str, Model, int], Side]


def replicate(
    open_side: Open,
    cases: Sequence[tuple[Model, int]],
    against: str,
    number: int,
    count: int,
    samples: Sequence[Slots],
    on_gpu: bool,
) -> None:
    """One fresh process for each case and side; appends their slots to `samples`."""
    with contextlib.ExitStack() as stack:
        opened = []
        sides = [(case, side) for case in cases for side in ("c", against)]
        for case, side in [*sides, (cases[0], "c: nothing"), (cases[0], "bench: nothing")]:
            opened.append(stack.enter_context(open_side(side, *case)))
        medians = [process.warm_up() for process in opened]
        for index, (model, batch) in enumerate(cases):
            check(opened[2 * index], model, batch)
        for series in samples:
            series.append([])
        for order in rounds(range(len(opened)), count, seed=1, replicate=number):
            for index in order:
                length, opening = slot_seconds(medians[index]), opening_calls(medians[index])
                if on_gpu and index < len(sides):
                    length = slot_seconds(medians[index], LEAST_GPU_SLOT)
                    opening = math.ceil(WINDOW / medians[index])
                samples[index][-1].append(np.array(opened[index].slot(length, opening)))


def opener(program: Path, call: str, provider: str) -> Open:
    """What starts the process of a side for a model and a batch."""

    def open_side(side: str, model: Model, batch: int) -> Side:
        if side == "bench":
            return Bench(model, batch, "onnxruntime", provider, "mnist")
        if side == "bench: nothing":
            return Bench(model, batch, "null", "cpu", "mnist")
        images = open_dataset("mnist").batch(0, batch)
        if side == "c: nothing":
            return floor.Floor(program, model, images, "nothing", {})
        workload = Workload(batch, threads=1)
        cuda = provider_options("cuda", model, workload) if provider == "cuda" else {}
        return floor.Floor(program, model, images, call, cuda)

    return open_side


def check(process: Side, model: Model, batch: int) -> None:
    """End the script unless the C program ran this model on these images."""
    assert isinstance(process, floor.Floor)
    exported = np.load(exported_folder() / f"{model.name}.outputs.npy")[:batch]
    difference = np.abs(np.reshape(process.outputs(), exported.shape) - exported).max()
    if not difference <= MOST_OUTPUT_DIFFERENCE:
        raise SystemExit(f"The outputs of {model.name} in C are off by {difference}.")


def row(
    model: Model, batch: int, c_samples: Slots, bench_samples: Slots, most: float
) -> tuple[str, str]:
    """A line of the table, and whether the target is met: yes, no, or too noisy to tell."""
    c, bench = estimate_seconds(c_samples), estimate_seconds(bench_samples)
    ratio = estimate_ratio(c_samples, bench_samples)
    allowed = max(most, MOST_SHARE * c.value * MICRO)
    value, low, high = ((r - 1) * c.value * MICRO for r in (ratio.value, ratio.low, ratio.high))
    if -allowed <= low and high <= allowed:
        within = "yes"
    else:
        within = "no" if low > allowed or high < -allowed else "too noisy to tell"
    return (
        f"| {model.name:5} | {batch:5} | {c.value * MICRO:9.2f} | {bench.value * MICRO:9.2f} "
        f"| {value:+7.2f} ({low:+.2f} to {high:+.2f}) | {100 * (ratio.value - 1):+6.2f} % "
        f"| {100 * ratio.between:4.2f} % | ±{allowed:.2f} | {within} |"
    ), within


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", default="max,avg", help="bundled models, with commas")
    parser.add_argument("--provider", choices=("cpu", "cuda"), default="cpu", help="of both")
    parser.add_argument("--batches", default="1,128", help="batch sizes, with commas")
    parser.add_argument("--replicates", type=int, default=5, help="sets of fresh processes")
    parser.add_argument("--rounds", type=int, default=20, help="slots of each in a replicate")
    parser.add_argument("--call", choices=("run", "binding", "options"), default="run", help="in C")
    parser.add_argument(
        "--against", choices=("bench", "c"), default="bench", help="c: itself, to see the noise"
    )
    return parser.parse_args()


def main() -> int:
    """Measure, print the table, return the exit code."""
    chosen = arguments()
    batches = [int(batch) for batch in chosen.batches.split(",")]
    models = [described(name) for name in chosen.models.split(",")]
    cases = [(model, batch) for model in models for batch in batches]
    on_gpu = gpu.computes(chosen.provider)
    samples: list[Slots] = [[] for _ in range(2 * len(cases) + 2)]
    with tempfile.TemporaryDirectory() as folder:
        open_side = opener(floor.build(Path(folder)), chosen.call, chosen.provider)
        for number in range(chosen.replicates):
            print(f"replicate {number + 1} of {chosen.replicates}", end="\r", file=sys.stderr)
            replicate(open_side, cases, chosen.against, number, chosen.rounds, samples, on_gpu)
    print(f"p50 in µs on {chosen.provider}; intervals at 95 % over replicates; C: {chosen.call}")
    columns = "minus C | over C, less 1 | spread | allowed | within"
    print(f"| model | batch | C | {chosen.against} | {columns} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    verdicts = []
    for index, (model, batch) in enumerate(cases):
        c, bench = samples[2 * index : 2 * index + 2]
        line, within = row(model, batch, c, bench, MOST_MICROSECONDS[chosen.provider])
        print(line)
        verdicts.append(within)
    clock, null = (np.median(np.concatenate([*map(np.concatenate, s)])) for s in samples[-2:])
    print(f"An empty call takes {clock * MICRO:.3f} in C and {null * MICRO:.3f} in bench (its null")
    print(
        f"runtime); neither is subtracted. spread: of the ratio over replicates. C: {chosen.call}."
    )
    return 1 if "no" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
