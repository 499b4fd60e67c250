"""Measures what a replicate's spread depends on: the length of slots, or the number of rounds.

    python studies/slot_length.py [--replicates 24]

An A/A pair of max at batch 1 is measured with slots of several lengths. Printed are the standard
deviation of a round's log-ratio within replicates, and the one between replicates when only their
first rounds count.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from bench.analysis.samples import aligned_samples
from bench.domain import Case, Measurement, Target, Workload
from bench.domain.effort import Effort
from bench.engine import replicate, sweep
from bench.engine.plan import Planned
from bench.engine.survey import described
from bench.records.journal import Journal, first_entry
from bench.records.ledger import Ledger
from bench.statistics.rounds import log_ratios, midmean

SLOTS = (0.0025, 0.005, 0.010)  # seconds
ROUNDS = 64
COUNTS = (8, 16, 24, 32, 48, 64)


def ratios(slot: float, replicates: int) -> list[NDArray[np.float64]]:
    """ln ratios (replicates, rounds) of an A/A pair."""
    vars(replicate)["slot_seconds"] = lambda median: slot
    vars(sweep)["worth_rounds"] = lambda most, *others: most  # all of them, whatever their spread
    case = Case(described("max"), Target("onnxruntime", "cpu"), Workload(1, 1))
    planned = [Planned(case, planted=0.0)] * 2
    ledger = Ledger(first_entry("", {}, [], {}, [row.encode() for row in planned]))
    effort = Effort("fixed", replicates, replicates, ROUNDS, 1e-9)
    sweep.Sweep(
        planned, ledger, Journal(None), effort, lambda progress: None, lambda so_far: None
    ).run()
    first, second = ledger.report().outcomes
    assert isinstance(first, Measurement), first
    assert isinstance(second, Measurement), second
    return log_ratios(*aligned_samples(first, second))


def main() -> None:
    """Print a line for each length of slots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=24)
    chosen = parser.parse_args()
    print("slot     within  " + "  ".join(f"{count:2} rounds" for count in COUNTS))
    for slot in SLOTS:
        replicates = ratios(slot, chosen.replicates)
        within = np.mean([rounds.std(ddof=1) for rounds in replicates])
        between = [
            np.std([float(midmean(rounds[:count])) for rounds in replicates], ddof=1)
            for count in COUNTS
        ]
        shown = "  ".join(f"{100 * value:7.2f} %" for value in between)
        print(f"{1000 * slot:4.1f} ms  {100 * within:4.1f} %  {shown}")


if __name__ == "__main__":
    main()
