"""Hold a file against its byte-identical copy with four tools, and see how far from 1 they land.

    python studies/repeatability.py [--pairs 20] [--seconds 2] [--model max]
                                    [--output reports/studies/repeatability.json]

The true ratio is 1. Tools take turns within each pair, and which file comes first changes from pair
to pair. Batch 1, and one thread wherever the tool has an option for it (polygraphy has none). Each
tool reports what its users read: the loop and benchmark_app a median, polygraphy a mean, bench a
ratio. A tool that is not installed becomes a row that says so. Run it on a machine that does
nothing else.
"""

import argparse
import importlib.metadata
import json
import math
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import results

from bench.models.catalog import locate

LOOP = """
import sys, time, numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
tensor = session.get_inputs()[0]
shape = [size if isinstance(size, int) else 1 for size in tensor.shape]
feed = {tensor.name: numpy.random.default_rng(1).random(shape, numpy.float32)}
for _ in range(20):
    session.run(None, feed)
samples, end = [], time.perf_counter() + float(sys.argv[2])
while time.perf_counter() < end:
    began = time.perf_counter()
    session.run(None, feed)
    samples.append(time.perf_counter() - began)
print(numpy.median(samples))
"""
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
ITERATIONS_A_SECOND = 2_500  # of polygraphy: it takes a count, and prints a line for each
SHOWN = 300  # characters of what a tool said when it failed


class Absent(Exception):
    """The tool is not installed."""


def said(*command: str | Path) -> str:
    """What a command prints. Raises RuntimeError with its last words where it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stdout.strip()[-SHOWN:]}")
    return done.stdout


def program(name: str) -> str:
    """The program of this environment, or of the search path."""
    path = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if not path:
        raise Absent
    return path


def value_in(text: str, pattern: str) -> float:
    """Seconds that the pattern's two groups, number and unit, give."""
    match = re.search(pattern, text)
    if not match:
        raise RuntimeError(f"No time in what it printed: {text.strip()[-SHOWN:]}")
    return float(match[1]) * UNITS[match[2]]


def loop(path: Path, seconds: float) -> float:
    """The median of a loop around session.run, in a process of its own."""
    return float(said(sys.executable, "-c", LOOP, path, str(seconds)))


def benchmark_app(path: Path, seconds: float) -> float:
    """The median that OpenVINO's benchmark_app prints."""
    single = ["-hint", "none", "-nireq", "1", "-nstreams", "1", "-nthreads", "1"]
    asked = ["-m", str(path), "-b", "1", "-api", "sync", *single, "-t", f"{seconds:.0f}"]
    return value_in(said(program("benchmark_app"), *asked), r"Median:\s+([\d.]+) (us|ms|s)\b")


def polygraphy(path: Path, seconds: float) -> float:
    """The mean that `polygraphy run` prints."""
    count = str(round(ITERATIONS_A_SECOND * seconds))
    asked = ["--onnxrt", "--sequential-runners", "--warm-up", "20", "--iterations", count]
    text = said(program("polygraphy"), "run", path, *asked)
    return value_in(text, r"Average inference time: ([\d.e+-]+) (ms)\b")


def one_after_another(
    measure: Callable[[Path, float], float],
) -> Callable[[Path, Path, float], float]:
    """The ratio that somebody gets who measures one file and then the other."""

    def ratio(first: Path, second: Path, seconds: float) -> float:
        before = measure(first, seconds)
        return measure(second, seconds) / before

    return ratio


def bench(first: Path, second: Path, seconds: float) -> float:
    """The ratio of `bench run --quick`, which decides by itself for how long it measures."""
    with tempfile.TemporaryDirectory() as name:
        output = Path(name) / "report.json"
        asked = ["--batch", "1", "--threads", "1", "--quick", "--no-save", "--format", "json"]
        said(sys.executable, "-m", "bench", "run", first, second, *asked, "--output", output)
        report = json.loads(output.read_text(encoding="utf-8"))
    return float(report["comparisons"][0]["ratio"])


@dataclass(slots=True)
class Tool:
    """A way to compare two files; its ratios, and the seconds that each took."""

    name: str
    package: str
    ratio: Callable[[Path, Path, float], float]
    ratios: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    reason: str = ""

    def take_turn(self, first: Path, second: Path, seconds: float) -> None:
        """Measure one pair, unless the tool has failed before."""
        if self.reason:
            return
        began = time.perf_counter()
        try:
            ratio = self.ratio(first, second, seconds)
        except Absent:
            self.reason = "not installed"
        except RuntimeError as error:
            self.reason = str(error)
        else:
            self.ratios.append(ratio)
            self.seconds.append(time.perf_counter() - began)

    def row(self) -> dict[str, Any]:
        """What is saved of it."""
        try:
            version = importlib.metadata.version(self.package)
        except importlib.metadata.PackageNotFoundError:
            version = ""
        return {
            "tool": self.name,
            "package": self.package,
            "version": version,
            "ratios": self.ratios,
            "seconds": self.seconds,
            "reason": self.reason,
        }


# What each leaves open, in the order of the table; the words that stand beside the figures.
LEAVES_OPEN = {
    "a p50 loop": "a process a file, one after the other: what changes in between is in the ratio",
    "benchmark_app": "OpenVINO alone; likewise one file after the other",
    "polygraphy": "a mean, one file after the other; no choice of threads",
    "bench": "turns of fresh processes, an interval and a verdict",
}
NOT_MEASURED = (
    "trtexec, perf_analyzer, hyperfine",
    "one engine, one server, or whole processes; one contender after the other",
    "not measured",
    "–",
    "–",
)


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study: the root mean square of ln(ratio), and the time of a verdict."""
    rows = []
    for row in saved["rows"]:
        words = [row["tool"], LEAVES_OPEN[row["tool"]]]
        if row["ratios"]:
            logs = [math.log(ratio) for ratio in row["ratios"]]
            spread = f"{100 * results.root_mean_square(logs):.2g} %"
            took = results.duration(statistics.median(row["seconds"]))
            rows.append((*words, spread, str(len(logs)), took))
        else:
            rows.append((*words, row["reason"], "–", "–"))
    rows.insert(len(rows) - 1, NOT_MEASURED)
    headings = ("Tool", "What it leaves open", "Off by", "Pairs", "A verdict takes")
    versions = ", ".join(
        f"{row['package']} {row['version']}" for row in saved["rows"] if row["version"]
    )
    return (
        f"{results.table(headings, rows, texts=2)}\n\n"
        "Off by: the root mean square of ln(ratio) of a file to its byte-identical copy "
        f"({saved['model']}, batch 1); 0 is right. With {versions}.\n\n{results.machine(saved)}\n"
    )


def main() -> None:
    """Measure all pairs, save them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=2, help="of each file, for three tools")
    parser.add_argument("--model", default="max", help="a bundled model, or a file with one input")
    parser.add_argument(
        "--output", type=Path, default=Path("reports/studies/repeatability.json"), metavar="FILE"
    )
    chosen = parser.parse_args()
    tools = [
        Tool("a p50 loop", "onnxruntime", one_after_another(loop)),
        Tool("benchmark_app", "openvino", one_after_another(benchmark_app)),
        Tool("polygraphy", "polygraphy", one_after_another(polygraphy)),
        Tool("bench", "onnx-bench", bench),
    ]
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / file for file in ("left.onnx", "right.onnx")]
        for file in files:
            shutil.copyfile(locate(chosen.model), file)
        for pair in range(chosen.pairs):
            first, second = files if pair % 2 == 0 else reversed(files)
            for turn in range(len(tools)):
                tools[(pair + turn) % len(tools)].take_turn(first, second, chosen.seconds)
            print(f"pair {pair + 1} of {chosen.pairs}", end="\r", file=sys.stderr, flush=True)
    content = {
        "model": Path(chosen.model).stem,
        "seconds": chosen.seconds,
        "rows": [tool.row() for tool in tools],
    }
    print(markdown(results.save("repeatability", chosen.output, content)))


if __name__ == "__main__":
    main()
