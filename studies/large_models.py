"""Time and memory of `bench info` on large weights, beside the model and inside its file.

    python studies/large_models.py [--rows 12500]

Prints seconds of the command and the largest resident memory of any of its processes.
"""

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

# Runs the command and prints the largest resident memory, in KiB, of what it started.
MEASURED = """
import resource, subprocess, sys
subprocess.run(
    [sys.executable, "-m", "bench", "info", sys.argv[1]], check=True, stdout=subprocess.DEVNULL
)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
COLUMNS = 10_000  # of float32: 12,500 rows are 500 MB


def write(folder: Path, rows: int) -> None:
    """Both models."""
    weights = numpy_helper.from_array(numpy.zeros((rows, COLUMNS), numpy.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", rows])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", COLUMNS])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    onnx.save(model, folder / "inside.onnx")
    onnx.save(model, folder / "beside.onnx", save_as_external_data=True, location="weights.bin")


def main() -> None:
    """Write both, measure each, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=12_500, help="of 40 kB each")
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process that is forgotten: what it takes would count for those that come after it.
        writer = multiprocessing.get_context("spawn").Process(target=write, args=(folder, rows))
        writer.start()
        while writer.is_alive():
            time.sleep(0.1)
        print("| weights | seconds | peak memory of a process |\n| --- | ---: | ---: |")
        for path in (folder / "beside.onnx", folder / "inside.onnx"):
            began = time.perf_counter()
            command = [sys.executable, "-c", MEASURED, str(path)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            seconds = time.perf_counter() - began
            print(f"| {path.stem} | {seconds:.2f} | {int(done.stdout) / 1e3:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
