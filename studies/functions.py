"""Compare functions whose ratio is known, and see how often the verdict on them is wrong.

    python studies/functions.py [--pairs 20] [--effort quick] [--resume]
                                [--output reports/studies/functions.json]

A function is held against its copy, and against one that does 2 %, 5 % or 10 % more of the same
work. Kinds take turns, and which function comes first changes from pair to pair. Each verdict is
saved as it is told, and `--resume` goes on; 20 of each kind take some 10 minutes of a machine that
does nothing else.
"""

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import results

import onnx_bench
from bench.statistics.proportions import wilson_interval

STEPS = 8000  # of a loop, so that the call itself is next to nothing


def work(steps: int) -> float:
    """What takes as long as it has steps, each of which is like the others."""
    value = 1.0
    for _ in range(steps):
        value = 1.5 - value
    return value


def plain(item: int) -> float:
    """The baseline."""
    return work(STEPS)


def copy(item: int) -> float:
    """The same again."""
    return work(STEPS)


def two_percent(item: int) -> float:
    """Slower by 2 %."""
    return work(STEPS * 102 // 100)


def five_percent(item: int) -> float:
    """Slower by 5 %."""
    return work(STEPS * 105 // 100)


def ten_percent(item: int) -> float:
    """Slower by 10 %."""
    return work(STEPS * 110 // 100)


KINDS: Mapping[str, tuple[Callable[[int], float], float]] = {
    "copy": (copy, 0.0),
    "2 %": (two_percent, 0.02),
    "5 %": (five_percent, 0.05),
    "10 %": (ten_percent, 0.10),
}


def trial(candidate: Callable[[int], float], turned: bool, effort: Any) -> dict[str, Any]:
    """One verdict; the ratio is that of the candidate, whichever was named first."""
    pair = (candidate, plain) if turned else (plain, candidate)
    began = time.monotonic()
    (compared,) = onnx_bench.compare(*pair, inputs=[1], threads=1, effort=effort)
    ends = (compared.ratio or 1.0, compared.low or 0.0, compared.high or float("inf"))
    if turned:
        ends = 1 / ends[0], 1 / ends[2], 1 / ends[1] if ends[1] else float("inf")
    return {
        "ratio": ends[0],
        "low": ends[1],
        "high": min(ends[2], 1e9),  # JSON has no infinity
        "verdict": compared.verdict,
        "turned": turned,
        "seconds": time.monotonic() - began,
    }


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study."""
    rows = []
    for kind, (_, planted) in KINDS.items():
        of_kind = [each for each in saved["trials"] if each["kind"] == kind]
        if not of_kind:
            continue
        above = sum(each["low"] > 1 for each in of_kind)
        flagged = above if planted else above + sum(each["high"] < 1 for each in of_kind)
        low, high = wilson_interval(flagged, len(of_kind))
        held = sum(each["low"] <= 1 + planted <= each["high"] for each in of_kind)
        seconds = statistics.median(each["seconds"] for each in of_kind)
        rows.append(
            (
                f"slower by {kind}" if planted else "none: a copy",
                f"{flagged} of {len(of_kind)}",
                f"{100 * low:.0f}–{100 * high:.0f} %",
                f"{held} of {len(of_kind)}",
                results.duration(seconds),
            )
        )
    headings = ("Difference", "Told", "Interval", "Within the interval", "A verdict takes")
    note = f"Told: the interval excludes 1, on the right side. Effort: {saved['effort']}."
    return f"{results.table(headings, rows)}\n\n{note}\n\n{results.machine(saved)}\n"


def main() -> None:
    """Measure, save after each pair, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--output", type=Path, default=Path("reports/studies/functions.json"))
    chosen = parser.parse_args()
    trials = results.trials_before("functions", chosen.output, chosen.resume)
    turns = itertools.product(range(chosen.pairs), KINDS.items())
    for number, (kind, (candidate, _)) in itertools.islice(turns, len(trials), None):
        told = trial(candidate, number % 2 == 1, chosen.effort)
        trials.append({"kind": kind, **told})
        results.save("functions", chosen.output, {"effort": chosen.effort, "trials": trials})
        print(f"{kind}: {told['verdict']}, {told['ratio']:.3f}", file=sys.stderr)
    print(markdown(results.read(chosen.output)))


if __name__ == "__main__":
    main()
