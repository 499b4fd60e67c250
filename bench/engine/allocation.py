"""How the time of a run is spent: how many rounds a replicate is worth."""

import statistics
from collections.abc import Sequence

from bench.domain import Measurement, Outcome
from bench.engine.schedule import LEAST_ROUNDS
from bench.statistics.rounds import Rounds
from bench.statistics.variance import best_rounds, components_of_midmeans

KNOWN = 3  # replicates from which a variance is told, roughly


def worth_rounds(most: int, outcomes: Sequence[Outcome], pairs: Sequence[Rounds]) -> int:
    """Rounds of the next replicate of these rows, whose log-ratios are `pairs` so far."""
    rows = [row for row in outcomes if isinstance(row, Measurement) and row.slots]
    start, each = sum(map(_opening_seconds, rows)), sum(map(_slot_seconds, rows))
    return rounds_for(most, start, each, pairs)


def rounds_for(most: int, start: float, each: float, pairs: Sequence[Rounds]) -> int:
    """An even number from LEAST_ROUNDS to `most`; half of the most until variances are known.

    As many as give the narrowest ratios for the time (bench.statistics.variance.best_rounds) where
    opening takes `start` seconds and a round `each`. Means play no part in it, so that it favours
    no verdict; studies/allocation.py simulates it.
    """
    known = [rounds for rounds in pairs if len(rounds) >= KNOWN]
    if not known or not each:
        return min(most, max(LEAST_ROUNDS, most // 4 * 2))
    best = best_rounds(components_of_midmeans(known), start, each, most)
    return min(most, max(LEAST_ROUNDS, (best + 1) // 2 * 2))


def _opening_seconds(measurement: Measurement) -> float:
    """What a fresh process takes before its first slot."""
    return statistics.median(
        cold.import_ + cold.load + cold.first + cold.second + opened.warm_up.seconds
        for opened in measurement.opened
        for cold in (opened.cold,)
    )


def _slot_seconds(measurement: Measurement) -> float:
    return statistics.median(sum(slot.samples) for slot in measurement.slots)
