"""Run one model beside the anchor again and again, and see how far its runs come out apart.

    python studies/between_runs.py [--runs 30] [--pause 600] [--model avg] [--reports FOLDER]

Prints the standard deviation between runs of ln seconds and of ln ratios to the anchor, and how
many times narrower the latter is. Runs of a day share its temperature and its neighbours: leave it
running over several days, or start it once a day with the same --reports. Reports of an
unsuitable environment count, and are told.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from bench.analysis.anchored import anchored_logs
from bench.analysis.summary import Summary, summarise
from bench.history.entries import replicate_logs
from bench.records.store import read
from bench.statistics.between_runs import LEAST_DAYS, measured_between_runs


def measure(model: str, folder: Path) -> None:
    """One more report of the model and the anchor."""
    command = ["run", model, "--batch", "1", "--threads", "1", "--quick", "--anchor"]
    subprocess.run(
        [sys.executable, "-m", "bench", *command, "--reports", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def mean(values: list[float]) -> float:
    """Of the replicates of a run."""
    return sum(values) / len(values)


def spread(summaries: list[Summary]) -> None:
    """Print how far the runs scatter, by the clock and by the anchor."""
    days: dict[str, list[tuple[float, float]]] = {}
    for summary in summaries:
        row = summary.rows[0]
        if row.p50 and (ratios := anchored_logs(summary, row)):
            told = mean(replicate_logs(row)), mean(ratios)
            days.setdefault(summary.report.created[:10], []).append(told)
    runs = sum(map(len, days.values()))
    unsuitable = sum(bool(summary.unsuitable) for summary in summaries)
    print(f"{runs} runs on {len(days)} days, {unsuitable} in an unsuitable environment")
    # Runs of too few days are held against each other as if each were of its own.
    grouped = list(days.values())
    if len(days) < LEAST_DAYS:
        grouped = [[run] for day in grouped for run in day]
    if len(grouped) < LEAST_DAYS:
        sys.exit(f"It takes {LEAST_DAYS} runs.")
    clock, anchor = (
        measured_between_runs([[run[side] for run in day] for day in grouped]).deviation
        for side in (0, 1)
    )
    print(f"by the clock: {100 * clock:.2f} %, by the anchor: {100 * anchor:.2f} %")
    print(f"the anchor leaves {anchor / clock:.2f} of it: {clock / anchor:.1f} times narrower")


def main() -> None:
    """Measure as often as is asked for, then print what all reports of the folder show."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--pause", type=float, default=600.0, help="seconds between runs")
    parser.add_argument("--model", default="avg")
    parser.add_argument("--reports", type=Path, default=Path("reports/between-runs"))
    asked = parser.parse_args()
    for number in range(asked.runs):
        if number:
            time.sleep(asked.pause)
        measure(asked.model, asked.reports)
    spread([summarise(read(folder)) for folder in sorted(asked.reports.iterdir())])


if __name__ == "__main__":
    main()
