"""Measure what `bench run --quick` takes outside of its timed calls, this checkout against another.

    python studies/overhead.py --against PATH [--rounds 10] [--output reports/studies/overhead.json]

PATH is the root of another checkout, or another interpreter with bench installed. The overhead is
the wall time of the whole command less the sum of all samples: start-up, workers, warm-up, checks,
statistics, output. A wide target makes every run end after the same number of replicates. Runs take
turns; above 1, this checkout is the slower one. Run it on a machine that does nothing else.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import results
from sides import Side, in_turns, sides

WORDS = ("run", "--quick", "--target-width", "50%", "--threads", "1", "--no-save")


def run(side: Side) -> dict[str, float]:
    """Seconds of one run: the wall, the timed part of it, and how many replicates that were."""
    with tempfile.TemporaryDirectory() as name:
        output = Path(name) / "report.json"
        wall = side.run([*WORDS, "--format", "json", "--output", str(output)])
        report = json.loads(output.read_text(encoding="utf-8"))
    samples = [outcome["samples"] for outcome in report["outcomes"]]
    timed = sum(sum(slot) for row in samples for replicate in row for slot in replicate)
    return {"wall": wall, "timed": timed, "replicates": len(samples[0])}


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study: medians, and the median of the ratios within a round."""
    rows = []
    for name, label in (("other", "before"), ("this", "now")):
        runs = saved[name]
        outside = [run["wall"] - run["timed"] for run in runs]
        seconds = (outside, [run["wall"] for run in runs], [run["timed"] for run in runs])
        rows.append((label, *(results.duration(statistics.median(values)) for values in seconds)))
    ratios = [
        (this["wall"] - this["timed"]) / (other["wall"] - other["timed"])
        for this, other in zip(saved["this"], saved["other"], strict=True)
    ]
    headings = ("Version", "Outside of timed calls", "Whole run", "Timed calls")
    return (
        f"{results.table(headings, rows)}\n\n"
        f"Outside of timed calls, this version takes {statistics.median(ratios):.2f} × the time of "
        f"the one before (rounds: {len(ratios)}, of `bench {' '.join(WORDS)}`).\n\n"
        f"{results.machine(saved)}\n"
    )


def main() -> None:
    """Measure, save, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--against", type=Path, required=True, metavar="PATH")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/overhead.json"))
    chosen = parser.parse_args()
    both = this, other = sides(chosen.against)
    for side in both:  # untimed: compiles what is imported and fills the disk's cache
        run(side)
    runs: dict[str, list[dict[str, float]]] = {side.label: [] for side in both}
    for side in in_turns(both, chosen.rounds):
        runs[side.label].append(run(side))
    content = {"this": runs[this.label], "other": runs[other.label]}
    print(markdown(results.save("overhead", chosen.output, content)))


if __name__ == "__main__":
    main()
