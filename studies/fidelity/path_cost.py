"""What the way from Python into onnxruntime costs beside C, where the model costs nothing.

    python studies/fidelity/path_cost.py [--replicates 4] [--rounds 16]

A model of one Relu takes about a microsecond, so that what differs between a worker of bench and
the C program is the way of the call: two readings of the clock, Python's call, the binding of
onnxruntime's Python package, and its lock. Fresh processes take turns, as in the whole study; what
that finds for a network beyond this is not the call's.
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

import floor
import numpy as np
import onnx
from onnx import TensorProto, helper
from side import Bench

from bench.domain import Model
from bench.engine.schedule import opening_calls, rounds, slot_seconds
from bench.engine.survey import described
from bench.statistics.replicates import estimate_ratio, estimate_seconds

SHAPE = (1, 1, 28, 28)
SIDES = ("run", "options", "binding", "bench")  # three ways in C
MICRO = 1e6


def one_node(folder: Path) -> Model:
    """A model that does next to nothing."""
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, SHAPE) for name in "xy"]
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])], "path", *([each] for each in tensors)
    )
    opset = [helper.make_opsetid("", 21)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), folder / "path.onnx")
    return described(str(folder / "path.onnx"))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replicates", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=16)
    chosen = parser.parse_args()
    samples: dict[str, list[list[np.ndarray]]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as name:
        model, program = one_node(Path(name)), floor.build(Path(name))
        images = np.ones(SHAPE, np.float32)
        for number in range(chosen.replicates):
            with contextlib.ExitStack() as stack:
                opened = [
                    stack.enter_context(
                        Bench(model, 1, "onnxruntime", "cpu")
                        if side == "bench"
                        else floor.Floor(program, model, images, side, {})
                    )
                    for side in SIDES
                ]
                medians = [process.warm_up() for process in opened]
                for side in SIDES:
                    samples[side].append([])
                for order in rounds(range(len(SIDES)), chosen.rounds, seed=1, replicate=number):
                    for index in order:
                        median = medians[index]
                        slot = opened[index].slot(slot_seconds(median), opening_calls(median))
                        samples[SIDES[index]][-1].append(np.array(slot))
    base = estimate_seconds(samples["run"]).value * MICRO
    print("| way | p50 | minus C's Run |\n| --- | ---: | ---: |")
    for side in SIDES:
        ratio, seconds = estimate_ratio(samples["run"], samples[side]), estimate_seconds
        value, low, high = ((r - 1) * base for r in (ratio.value, ratio.low, ratio.high))
        shown = seconds(samples[side]).value * MICRO
        print(f"| {side} | {shown:.2f} µs | {value:+.2f} ({low:+.2f} to {high:+.2f}) µs |")


if __name__ == "__main__":
    main()
