"""How the speed of the machine changed while the rows of a report took turns."""

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence

import numpy

from bench.domain import Measurement, Outcome
from bench.domain.slots import Place

LEAST = 20  # rounds, for a 5th and a 95th percentile


def speed_change(outcomes: Sequence[Outcome]) -> float | None:
    """How many times as long calls took in slow rounds as in fast ones: of the middle 90 % of them.

    None for fewer than `LEAST` rounds.
    """
    times = list(usual_times(outcomes).values())
    if len(times) < LEAST:
        return None
    low, high = numpy.quantile(numpy.log(times), (0.05, 0.95))
    return float(math.exp(high - low))


def usual_times(outcomes: Sequence[Outcome]) -> dict[Place, float]:
    """By the places of rounds, in their order, how many times their usual time calls took.

    Each slot's median is held against its row's; a round has the geometric mean over its rows.
    """
    rounds: dict[Place, list[float]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Measurement):
            logs = numpy.log(outcome.slots.medians)
            unusual = (logs - numpy.median(logs)).tolist()
            for place, value in zip(outcome.slots.places, unusual, strict=True):
                rounds[place].append(value)
    return {where: math.exp(statistics.fmean(values)) for where, values in sorted(rounds.items())}
