"""How often a pull request is alarmed about, with a slowdown of 10 % planted in it and without.

    python studies/pull_requests.py [--trials 10] [--resume] [--beside 0]
                                    [--output reports/studies/pull-requests.json]

Each trial makes a repository with two commits of a network and runs `action/side-by-side.sh` on
it, as the action does: once with a second commit that has a tenth more of the same layers, once
with one that has as many, in other weights. The script exits 5 for an alarm. Wanted are an alarm in
each of the first kind and none in the others, also with `--beside 1`: as on a shared runner,
another process is then busy half of the time. Each trial is saved as it ends, and `--resume` goes
on. Ten of both kinds take some 5 minutes of a machine that does nothing else.
"""

import argparse
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
import onnx
import results
from onnx import TensorProto, helper, numpy_helper

from bench.engine.half_duty import half_duty

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


def trial(layers: int, seed: int) -> dict[str, Any]:
    """What the script says of a repository whose second commit has so many layers.

    Its exit code and seconds, and the ratio with its interval where there is one.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        git(folder, "init", "--quiet")
        for commit, count in enumerate((LAYERS, layers)):
            network(folder / "network.onnx", count, 2 * seed + commit)
            git(folder, "add", "--all")
            git(folder, "commit", "--quiet", "--message", "network")
        bench = f"{sys.executable} -m bench"
        began = time.monotonic()
        ended = subprocess.run(
            [SCRIPT, "HEAD~1", "--", *OPTIONS],
            cwd=folder,
            env={**os.environ, "BENCH": bench},
            capture_output=True,
            text=True,
            check=False,
        )
        told = {"code": ended.returncode, "seconds": time.monotonic() - began}
        if ended.returncode not in (0, 5):
            print(ended.stderr[-2000:], file=sys.stderr)
        return {**told, **ratio(folder / "onnx-bench" / "reports")}


def ratio(reports: Path) -> dict[str, float]:
    """The ratio of the one comparison that is saved there, and its interval."""
    for report in reports.glob("*/report.json"):
        for compared in json.loads(report.read_text(encoding="utf-8"))["comparisons"]:
            return {key: compared[key] for key in ("ratio", "low", "high")}
    return {}


def git(folder: Path, *words: str) -> None:
    """Run git there as nobody in particular."""
    who = ("-c", "user.name=study", "-c", "user.email=study@example.com")
    subprocess.run(["git", *who, *words], cwd=folder, check=True)


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study."""
    rows = []
    for commit in PLANTED:
        trials = [each for each in saved["trials"] if each["commit"] == commit]
        codes = [each["code"] for each in trials]
        others = ", ".join(map(str, sorted(set(codes) - {0, 5}))) or "none"
        rows.append((commit, str(len(trials)), str(codes.count(5)), others, _ratios(trials)))
    headings = ("Second commit", "Trials", "Alarms", "Other exit codes", "Ratios")
    note = "Beside them nothing else ran."
    if saved["beside"]:
        note = f"Beside them {saved['beside']} other process was busy half of the time."
    return f"{results.table(headings, rows)}\n\n{note}\n\n{results.machine(saved)}\n"


def _ratios(trials: Sequence[Mapping[str, Any]]) -> str:
    """From the least to the largest."""
    ratios = [each["ratio"] for each in trials if each.get("ratio")]
    return f"{min(ratios):.3f}–{max(ratios):.3f}" if ratios else "–"


def main() -> None:
    """Measure, save after each trial, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--beside", type=int, choices=(0, 1), default=0)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/pull-requests.json"))
    chosen = parser.parse_args()
    trials = results.trials_before("pull-requests", chosen.output, chosen.resume)
    turns = itertools.product(range(chosen.trials), PLANTED.items())  # the two kinds take turns
    with half_duty() if chosen.beside else contextlib.nullcontext():
        for seed, (name, layers) in itertools.islice(turns, len(trials), None):
            trials.append({"commit": name, **trial(layers, seed)})
            print(f"{name}: exit {trials[-1]['code']}", file=sys.stderr)
            content = {"beside": chosen.beside, "trials": trials}
            results.save("pull-requests", chosen.output, content)
    print(markdown(results.read(chosen.output)))


if __name__ == "__main__":
    main()
