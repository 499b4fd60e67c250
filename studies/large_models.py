"""Time and memory of `bench info` on 500 MB of weights, beside the model and inside its file.

    python studies/large_models.py

Prints seconds of the command and the largest resident memory of any of its processes.
"""

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
ROWS, COLUMNS = 12_500, 10_000  # of float32: 500 MB


def write(folder: Path) -> None:
    """Both models."""
    weights = numpy_helper.from_array(numpy.zeros((ROWS, COLUMNS), numpy.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", ROWS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", COLUMNS])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    onnx.save(model, folder / "inside.onnx")
    onnx.save(model, folder / "beside.onnx", save_as_external_data=True, location="weights.bin")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process that is forgotten: what it takes would count for those that come after it.
        writer = multiprocessing.get_context("spawn").Process(target=write, args=(folder,))
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
