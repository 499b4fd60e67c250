"""How often verdicts between two environments are wrong, where the truth is planted.

    python studies/environments.py --trials 20

Small wheels of a runtime that spins are made on the spot, each release in an environment of its
own: two that are alike (few may be flagged), one slower by 2 % (to be found), and six of which one
is the first that is slower by 5 % (to be named by `bench bisect`). Prints a row for each.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests" / "support"))

import onnx_models  # noqa: E402
import wheels  # noqa: E402

USUAL = ("-p", "spin:cpu", "--threads", "1", "--format", "json")


def bench(folder, *words):
    """The document that a command prints; it runs offline, and keeps its environments here."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    wheels.only(environment.__setitem__, folder)
    command = [sys.executable, "-m", "bench", *words, *USUAL]
    ended = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=False
    )
    return json.loads(ended.stdout)


def verdict(folder, old, new):
    pair = (f"--with=spin=={old}", f"--with=spin=={new}")
    report = bench(folder, "run", "linear.onnx", *pair, "--no-save")
    return report["comparisons"][0]["verdict"]


def named(folder, first):
    """The release that a bisection names, of six of which those from `first` on are slower."""
    releases = {f"2.{first}.{number}": 0.05 * (number >= first) for number in range(6)}
    wheels.spinning(folder / "index", releases)
    good, *_, bad = releases
    bisected = bench(folder, "bisect", "linear.onnx", "spin", "--good", good, "--bad", bad)
    return bisected["first_bad"] == f"2.{first}.{first}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20)
    trials = parser.parse_args().trials
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheels.spinning(folder / "index", {"1.0": 0.0, "1.1": 0.0, "1.2": 0.02})
        onnx_models.linear(folder / "linear.onnx")
        alike = [verdict(folder, "1.0", "1.1") for _ in range(trials)]
        slower = [verdict(folder, "1.0", "1.2") for _ in range(trials)]
        right = [named(folder, 1 + trial % 5) for trial in range(trials)]
    flagged = sum(each in ("slower", "faster") for each in alike)
    print(f"two alike: {flagged} of {trials} flagged")
    print(f"2 % planted: {slower.count('slower')} of {trials} found")
    print(f"bisection over 6 releases with 5 % planted: {sum(right)} of {trials} right")


if __name__ == "__main__":
    main()
