"""Where the variance of a ratio lives, and what that says about the number of rounds."""

from dataclasses import dataclass

from bench.analysis.comparison import Comparison
from bench.analysis.samples import slot_seconds, start_seconds
from bench.domain import Measurement
from bench.statistics.variance import best_rounds, components


@dataclass(frozen=True, slots=True)
class Spread:
    """The share of the variance of replicates that lies between processes, 0–1.

    Of the `rounds` of a replicate, `best` would give the narrowest interval for the time.
    """

    of_processes: float
    best: int
    rounds: int


def spread(comparison: Comparison) -> Spread | None:
    """None where the two share fewer than two replicates, or no replicate has two rounds."""
    rounds = comparison.rounds
    if len(rounds) < 2 or max(map(len, rounds)) < 2:
        return None
    variances = components(rounds)
    count = max(map(len, rounds))
    whole = variances.between + variances.within / count
    sides = [
        side.row.outcome
        for side in (comparison.baseline, comparison.candidate)
        if side.row and isinstance(side.row.outcome, Measurement)
    ]
    start, round_ = (sum(map(cost, sides)) for cost in (start_seconds, slot_seconds))
    best = best_rounds(variances, start, round_, most=count)
    return Spread(variances.between / (whole or 1.0), best, count)
