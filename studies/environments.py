"""How often verdicts between two environments are wrong, where the truth is planted.

    python studies/environments.py [--trials 20] [--resume]
                                   [--output reports/studies/environments.json]

Small wheels are made on the spot, each release in an environment of its own. Their runtime is
onnxruntime with a wrapper that spins after each call for a share of what it took: two that are
alike (few may be flagged), one slower by 2 % (to be found), and six releases of which one is the
first that is slower by 5 % (to be named by `bench bisect`). The three kinds take turns. At last two
real releases come from the package index into an empty cache, and again from the one filled so.
Each trial is saved as it ends, and `--resume` goes on. It says beforehand how long it takes.
"""

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import results

from bench.statistics.proportions import wilson_interval

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "tests" / "support"))

import wheels  # noqa: E402

# The spin after each call has a part that both have, so that the share is not lost in the grain of
# the clock; bench.engine.timing does so, too.
SLOWED = '''
"""onnxruntime, whose calls take a share longer than those of another release."""

import time

from bench.runtimes.onnxruntime import plugin as onnxruntime

SHARE = {share}
BASE = 3e-6


class Session:
    def __init__(self, session):
        self._session = session

    def __getattr__(self, name):
        return getattr(self._session, name)

    def bind(self, inputs):
        call = self._session.bind(inputs)

        def slowed():
            begun = time.perf_counter()
            call()
            ended = time.perf_counter()
            until = ended + BASE + SHARE * (BASE + ended - begun)
            while time.perf_counter() < until:
                pass

        return slowed


class Runtime:
    def load(self):
        return onnxruntime.load()

    def providers(self):
        return [each for each in onnxruntime.providers() if each.name == "cpu"]

    def open(self, model, provider, workload):
        return Session(onnxruntime.open(model, provider, workload))

    def cached_load(self, model, provider, workload):
        return None


plugin = Runtime()
'''
MODEL = "network.onnx"  # a copy of one that is bundled: by its name it is nobody's, without data
USUAL = ("--threads", "1", "--batch", "1", "--format", "json")
REAL = ("onnxruntime==1.31.1", "onnxruntime==1.32.0")
# Seconds of a trial on two CPUs that do nothing else; what was measured takes their place.
SECONDS = {"alike": 18.0, "slower": 18.0, "bisection": 45.0, "releases": 90.0}


def bench(folder: Path, *words: str, index: bool = False, **variables: str) -> dict[str, Any]:
    """The document that a command prints, which keeps its environments in `folder`.

    Without `index` it is offline. Raises RuntimeError where it prints none.
    """
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    if index:
        environment.update(variables)
    else:
        wheels.only(environment.__setitem__, folder)
    command = [sys.executable, "-m", "bench", *words, *USUAL]
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    try:
        document: dict[str, Any] = json.loads(ended.stdout)
    except ValueError as error:
        raise RuntimeError(ended.stderr[-2000:]) from error
    return document


def verdict(folder: Path, old: str, new: str) -> dict[str, Any]:
    """What a run tells of two releases: the verdict, the ratio and its interval."""
    pair = (f"--with=spin=={old}", f"--with=spin=={new}")
    report = bench(folder, "run", MODEL, "-p", "spin:cpu", *pair, "--no-save")
    (compared,) = report["comparisons"]
    return {key: compared[key] for key in ("verdict", "ratio", "low", "high")}


def alike(folder: Path, number: int) -> dict[str, Any]:
    """Two releases with the same code."""
    return verdict(folder, "1.0", "1.1")


def slower(folder: Path, number: int) -> dict[str, Any]:
    """Two releases, of which the second is slower by 2 %."""
    return verdict(folder, "1.0", "1.2")


def bisection(folder: Path, number: int) -> dict[str, Any]:
    """Which release a bisection names, and which it is: each of five in turn."""
    first = 1 + number % 5
    versions = [f"2.{first}.{place}" for place in range(6)]
    words = ("bisect", MODEL, "spin", "--good", versions[0], "--bad", versions[-1])
    bisected = bench(folder, *words, "-p", "spin:cpu", "--no-save")
    return {
        "first": versions[first],
        "named": bisected["first_bad"],
        "undecided": bisected["undecided"],
        "steps": bisected["steps"],
    }


def releases(folder: Path, number: int) -> dict[str, Any]:
    """Seconds of a run of two real releases, made and kept, and of two rows without `--with`.

    Or why there is none: without a package index.
    """
    cache = folder / f"index-{number}"
    variables = {"XDG_CACHE_HOME": str(cache), "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    run = ("run", MODEL, "--replicates", "1", "--no-save")
    pair = [f"--with={each}" for each in REAL]
    taken = {}
    for name, words in {"plain": ["-p", "cpu,cpu[arena=0]"], "made": pair, "kept": pair}.items():
        began = time.monotonic()
        report = bench(folder, *run, *words, index=True, **variables)
        taken[name] = time.monotonic() - began
        if reasons := [row["reason"] for row in report["outcomes"] if row["status"] != "measured"]:
            return {"reason": reasons[0]}
    return taken


KINDS: Mapping[str, Callable[[Path, int], dict[str, Any]]] = {
    "alike": alike,
    "slower": slower,
    "bisection": bisection,
}


def prepare(folder: Path) -> None:
    """The model, and an index of all releases."""
    shutil.copyfile(PROJECT / "exported" / "max.onnx", folder / MODEL)
    pairs = {"1.0": 0.0, "1.1": 0.0, "1.2": 0.02}
    for first in range(1, 6):
        pairs |= {f"2.{first}.{place}": 0.05 * (place >= first) for place in range(6)}
    wheels.spinning(folder / "index", pairs, SLOWED)


def is_right(trial: Mapping[str, Any]) -> bool:
    """Whether what a trial tells is what was planted; alike are two whose interval holds 1."""
    if trial["kind"] == "bisection":
        return bool(trial["named"] == trial["first"])
    if trial["kind"] == "slower":
        return bool(trial["verdict"] == "slower")
    return bool(trial["low"] <= 1 <= trial["high"])


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study."""
    rows = []
    for kind, (name, says) in {
        "alike": ("two alike", "{wrong} of {count} flagged"),
        "slower": ("2 % between two", "{right} of {count} found"),
        "bisection": (
            "5 % since one of six releases",
            "{right} of {count} named",
        ),
    }.items():
        trials = [each for each in saved["trials"] if each["kind"] == kind]
        if not trials:
            continue
        right, count = sum(map(is_right, trials)), len(trials)
        low, high = wilson_interval(count - right, count)
        seconds = statistics.median(each["seconds"] for each in trials)
        told = says.format(right=right, wrong=count - right, count=count)
        if unsure := sum(bool(each.get("undecided")) for each in trials):
            told += f", {unsure} left open between two"
        wrong = f"{100 * low:.0f}–{100 * high:.0f} %"
        rows.append((name, told, wrong, results.duration(seconds)))
    headings = ("Planted", "Told", "Wrong, interval", "A trial takes")
    table = results.table(headings, rows, texts=2)
    return "\n\n".join([table, *_real(saved["trials"]), results.machine(saved)]) + "\n"


def _real(trials: Sequence[Mapping[str, Any]]) -> list[str]:
    """What `--with` of two real releases takes, where that was tried."""
    told = []
    for trial in trials:
        if trial["kind"] == "releases" and "reason" in trial:
            told.append(f"Two real releases: {trial['reason']}")
        elif trial["kind"] == "releases":
            first, again = (trial[name] - trial["plain"] for name in ("made", "kept"))
            told.append(
                f"`--with {REAL[0]} --with {REAL[1]}` adds {first:.0f} s to a run where both"
                f" environments are made, and {max(again, 0.0):.0f} s where they are kept."
            )
    return told


def left(trials: Sequence[Mapping[str, Any]], count: int) -> list[tuple[str, int]]:
    """What is still to be done for `count` trials of each kind: its kind and number."""
    done = [each["kind"] for each in trials]
    turns = [*itertools.product(range(count), KINDS), (0, "releases")]
    return [(kind, number) for number, kind in turns if number >= done.count(kind)]


def expected(trials: Sequence[Mapping[str, Any]], kinds: Sequence[str]) -> float:
    """Seconds that trials of these kinds take, about."""
    known = {kind: [each["seconds"] for each in trials if each["kind"] == kind] for kind in SECONDS}
    return sum(statistics.median(known[kind] or [SECONDS[kind]]) for kind in kinds)


def main() -> None:
    """Measure, save after each trial, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("reports/studies/environments.json"))
    chosen = parser.parse_args()
    trials = results.trials_before("environments", chosen.output, chosen.resume)
    turns = left(trials, chosen.trials)
    minutes = expected(trials, [kind for kind, _ in turns]) / 60
    print(f"{len(turns)} trials, some {minutes:.0f} minutes", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for kind, number in turns:
            began = time.monotonic()
            told = {**KINDS, "releases": releases}[kind](folder, number)
            trials.append({"kind": kind, **told, "seconds": time.monotonic() - began})
            results.save("environments", chosen.output, {"trials": trials})
            print(f"{kind}: {told}", file=sys.stderr, flush=True)
    print(markdown(results.read(chosen.output)))


if __name__ == "__main__":
    main()
