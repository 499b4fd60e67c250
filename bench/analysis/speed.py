"""How much the speed of the machine changed while the rows of a report took turns."""

import math
import statistics
from collections.abc import Sequence

import numpy

from bench.domain import Measurement, Outcome

LEAST = 20  # rounds, for a 5th and a 95th percentile


def speed_change(outcomes: Sequence[Outcome]) -> float | None:
    """How many times as long calls took in slow rounds as in fast ones, at all rows alike.

    Each slot's median is held against its row's; a round has the mean over its rows, in
    logarithms, and the middle 90 % of rounds are spanned. None for fewer than `LEAST` rounds.
    """
    rounds: dict[tuple[int, int], list[float]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Measurement):
            logs = [math.log(statistics.median(slot.samples)) for slot in outcome.slots]
            usual = statistics.median(logs)
            for slot, value in zip(outcome.slots, logs, strict=True):
                rounds.setdefault((slot.replicate, slot.round), []).append(value - usual)
    if len(rounds) < LEAST:
        return None
    means = [statistics.fmean(values) for values in rounds.values()]
    low, high = numpy.quantile(means, (0.05, 0.95))
    return float(math.exp(high - low))
