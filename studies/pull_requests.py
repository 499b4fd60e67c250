"""How often a pull request is alarmed about, with a slowdown of 10 % planted in it and without.

    python studies/pull_requests.py [--trials 10] [--output reports/studies/pull-requests.json]

Each trial makes a repository with two commits of a network and runs `action/side-by-side.sh` on
it, as the action does: once with a second commit that has a tenth more of the same layers, once
with one that has as many, in other weights. The script exits 5 for an alarm. Wanted are an alarm in
each of the first kind and none in the others. Run it on a machine that does nothing else.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import onnx
import results
from onnx import TensorProto, helper, numpy_helper

SCRIPT = Path(__file__).resolve().parents[1] / "action" / "side-by-side.sh"
LAYERS, WIDTH = 40, 256
PLANTED = {"a tenth slower": 44, "as fast": LAYERS}
OPTIONS = ("--batch", "8", "--fail-if-slower", "5%")


def network(path: Path, layers: int, seed: int) -> None:
    """Save a chain of products with square matrices, each as dear as the next."""
    generator = numpy.random.default_rng(seed)
    weights, nodes = [], []
    for number in range(layers):
        matrix = generator.standard_normal((WIDTH, WIDTH)).astype("float32") / WIDTH**0.5
        weights.append(numpy_helper.from_array(matrix, f"w{number}"))
        nodes.append(helper.make_node("MatMul", [f"x{number}", f"w{number}"], [f"x{number + 1}"]))
    graph = helper.make_graph(
        nodes,
        "chain",
        [helper.make_tensor_value_info("x0", TensorProto.FLOAT, ["batch", WIDTH])],
        [helper.make_tensor_value_info(f"x{layers}", TensorProto.FLOAT, ["batch", WIDTH])],
        weights,
    )
    opset = helper.make_opsetid("", 20)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=10), path)


def trial(layers: int, seed: int) -> int:
    """The exit code of the script on a repository whose second commit has so many layers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git(folder, "init", "--quiet")
        for commit, count in enumerate((LAYERS, layers)):
            network(folder / "network.onnx", count, 2 * seed + commit)
            git(folder, "add", "--all")
            git(folder, "commit", "--quiet", "--message", "network")
        bench = f"{sys.executable} -m bench"
        ended = subprocess.run(
            [SCRIPT, "HEAD~1", "--", *OPTIONS],
            cwd=folder,
            env={**os.environ, "BENCH": bench},
            capture_output=True,
            check=False,
        )
    return ended.returncode


def git(folder: Path, *words: str) -> None:
    """Run git there as nobody in particular."""
    who = ("-c", "user.name=study", "-c", "user.email=study@example.com")
    subprocess.run(["git", *who, *words], cwd=folder, check=True)


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study."""
    rows = [
        (row["commit"], str(len(row["codes"])), str(row["codes"].count(5)), _others(row["codes"]))
        for row in saved["rows"]
    ]
    headings = ("Second commit", "Trials", "Alarms", "Other exit codes")
    return f"{results.table(headings, rows)}\n\n{results.machine(saved)}\n"


def _others(codes: list[int]) -> str:
    return ", ".join(map(str, sorted(set(codes) - {0, 5}))) or "none"


def main() -> None:
    """Measure, save, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/pull-requests.json"))
    chosen = parser.parse_args()
    codes: dict[str, list[int]] = {name: [] for name in PLANTED}
    for seed in range(chosen.trials):  # the two kinds take turns
        for name, layers in PLANTED.items():
            codes[name].append(trial(layers, seed))
            print(f"{name}: exit {codes[name][-1]}", file=sys.stderr)
    rows = [{"commit": name, "codes": each} for name, each in codes.items()]
    print(markdown(results.save("pull-requests", chosen.output, {"rows": rows})))


if __name__ == "__main__":
    main()
