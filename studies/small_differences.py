"""Plant slowdowns of 0.2 % and 0.1 %, and see how often a run of a given time tells them.

    python studies/small_differences.py [--trials 100,50] [--minutes 150] [--resume]
                                        [--model max] [--output FILE]

What `bench run MODEL MODEL --target-width W --budget SECONDS` does: it goes on until the interval
is 0.6 of the difference to either side, at most 30 s for 0.2 % and 120 s for 0.1 %. The slowed row
comes first in every second trial. Trials of both take turns, two of the first for each of the
second; each is saved as it ends, `--minutes` begins no more, and `--resume` goes on. All of them
take two and a half hours of a machine that does nothing else.
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import results

from bench.analysis.pairs import table_ratios
from bench.domain import Asked, Case, Target, Workload
from bench.domain.effort import DEFAULT, UNCAPPED
from bench.engine.budget import Budget
from bench.engine.launcher import Worker
from bench.engine.measure import Terms, carry_out
from bench.engine.plan import Planned
from bench.engine.survey import described
from bench.engine.watch import Unwatched
from bench.statistics.proportions import wilson_interval

SHARES = {0.002: 30.0, 0.001: 120.0}  # planted, and the seconds of a run
WIDTH = 0.6  # of a difference: the half-width that is aimed at
TARGET = Target("onnxruntime", "cpu")


def turns(counts: Sequence[int]) -> Iterator[tuple[float, int]]:
    """Each trial: its share and its number among those of this share."""
    large, small = SHARES
    for number in range(max(counts[0], 2 * counts[1])):
        if number < counts[0]:
            yield large, number
        if number % 2 and number // 2 < counts[1]:
            yield small, number // 2


def trial(model: str, share: float, number: int) -> dict[str, Any]:
    """One run of a plain row and a slowed one."""
    case = Case(described(model), TARGET, Workload(1, 1))
    rows = [Planned(case, planted=0.0, brief=True), Planned(case, planted=share, brief=True)]
    turned = number % 2 == 1
    effort = replace(DEFAULT, name="small", most=UNCAPPED, target_width=WIDTH * share)
    budget = Budget(SHARES[share])
    began = time.monotonic()
    asked = Asked(effort=effort, wait=False)
    terms = Terms(asked, Unwatched(), budget, partial(Worker, budget=budget))
    measured = carry_out(rows[::-1] if turned else rows, terms)
    (ratio,) = table_ratios(measured.summary.report.outcomes).values()
    ends = (ratio.low, ratio.value, ratio.high)
    low, value, high = sorted(1 / end for end in ends) if turned else ends
    return {
        "planted": share,
        "ratio": value,
        "low": low,
        "high": min(high, 1e9),  # JSON has no infinity
        "replicates": ratio.replicates,
        "turned": turned,
        "seconds": time.monotonic() - began,
    }


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study."""
    rows = []
    for share, allowed in SHARES.items():
        own = [each for each in saved["trials"] if each["planted"] == share]
        if not own:
            continue
        found = sum(each["low"] > 1 for each in own)
        low, high = wilson_interval(found, len(own))
        held = sum(each["low"] <= 1 + share <= each["high"] for each in own)
        width = statistics.median((each["high"] - each["low"]) / 2 for each in own)
        longest = max(each["seconds"] for each in own)
        rows.append(
            (
                f"{100 * share:g} %",
                f"{found} of {len(own)}",
                f"{100 * low:.0f}–{100 * high:.0f} %",
                f"{sum(each['high'] < 1 for each in own)}",
                f"{held} of {len(own)}",
                f"± {100 * width:.2f} %",
                f"{results.duration(statistics.median(each['seconds'] for each in own))}"
                f" (at most {results.duration(longest)})",
                results.duration(allowed),
            )
        )
    headings = ("Slower by", "Told", "Interval", "Wrong side", "Within the interval", "Width")
    table = results.table((*headings, "A run took", "Allowed"), rows)
    note = "Told: the interval excludes 1, on the right side."
    return f"{table}\n\n{note}\n\n{results.machine(saved)}\n"


def main() -> None:
    """Measure, save after each run, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", default="100,50", help="of each difference, with a comma")
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--model", default="max", help="a bundled model or a file")
    parser.add_argument("--resume", action="store_true")
    output = Path("reports/studies/small-differences.json")
    parser.add_argument("--output", type=Path, default=output)
    chosen = parser.parse_args()
    began = time.monotonic()
    trials = results.trials_before("small-differences", chosen.output, chosen.resume)
    done = {(each["planted"], each["number"]) for each in trials}
    for share, number in turns([int(count) for count in chosen.trials.split(",")]):
        if (share, number) in done:
            continue
        if time.monotonic() - began > 60 * chosen.minutes:
            break
        told = {"number": number, **trial(chosen.model, share, number)}
        trials.append(told)
        results.save("small-differences", chosen.output, {"model": chosen.model, "trials": trials})
        print(f"{share:.1%}: {told['low']:.4f}–{told['high']:.4f}", file=sys.stderr)
    print(markdown(results.read(chosen.output)))


if __name__ == "__main__":
    main()
