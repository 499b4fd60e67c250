"""Time the start of `bench --help` and `bench run --help`, this checkout against another.

    python studies/startup.py --against PATH [--rounds 20] [--output reports/studies/startup.json]

PATH is the root of another checkout, which the same interpreter then runs, or another interpreter
with bench installed. Starts take turns; shown are medians, and the median of the ratios within a
round: above 1, this checkout is the slower one. Run it on a machine that does nothing else.
"""

import argparse
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import results
from sides import in_turns, sides

COMMANDS = (("--help",), ("run", "--help"))


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study."""
    rows = []
    for row in saved["rows"]:
        ratios = [this / other for this, other in zip(row["this"], row["other"], strict=True)]
        times = [results.duration(statistics.median(row[side])) for side in ("other", "this")]
        ratio = f"{statistics.median(ratios):.2f}"
        rows.append((f"`{row['command']}`", *times, ratio, str(len(ratios))))
    headings = ("Command", "Before", "Now", "Ratio", "Rounds")
    return f"{results.table(headings, rows)}\n\n{results.machine(saved)}\n"


def main() -> None:
    """Measure, save, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--against", type=Path, required=True, metavar="PATH")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/startup.json"))
    chosen = parser.parse_args()
    both = this, other = sides(chosen.against)
    rows = []
    for words in COMMANDS:
        for side in both:  # untimed: compiles what is imported and fills the disk's cache
            side.run(words)
        seconds: dict[str, list[float]] = {side.label: [] for side in both}
        for side in in_turns(both, chosen.rounds):
            seconds[side.label].append(side.run(words))
        shown = " ".join(("bench", *words))
        rows.append({"command": shown, "this": seconds[this.label], "other": seconds[other.label]})
    print(markdown(results.save("startup", chosen.output, {"rows": rows})))


if __name__ == "__main__":
    main()
