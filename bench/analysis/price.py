"""What narrower intervals would cost: how many replicates, and how long they take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.domain import Measurement, Outcome
from bench.statistics.distributions import student_t_quantile
from bench.statistics.estimate import Estimate, relative_half_width

MOST = 1_000  # replicates; beyond, more of them is no advice


@dataclass(frozen=True, slots=True)
class Price:
    """The widest ratio is known within `reached`; `aimed` takes so many replicates and seconds.

    Both widths are shares of 1. `replicates` is None where `MOST` would not do.
    """

    reached: float
    aimed: float
    replicates: int | None
    seconds: float


def price(summary: Summary) -> Price | None:
    """None where the ratios are as narrow as was aimed at, or nothing tells how they scatter."""
    aimed = summary.report.effort.get("target_width")
    ratios = [compared.ratio for compared in summary.comparisons if compared.ratio]
    known = [ratio for ratio in ratios if ratio.freedom]
    if not isinstance(aimed, int | float) or not known or len(known) < len(ratios):
        return None
    widest = max(known, key=relative_half_width)
    reached = relative_half_width(widest)
    if reached <= aimed:
        return None
    count = _replicates(widest, math.log1p(aimed))
    return Price(reached, aimed, count, (count or 0) * _replicate_seconds(summary.report.outcomes))


def _replicates(ratio: Estimate, reach: float) -> int | None:
    """The least number whose interval reaches no further, in logarithms, at the same spread."""
    spread = ratio.standard_error * math.sqrt(ratio.replicates)
    enough = (
        count
        for count in range(ratio.replicates + 1, MOST + 1)
        if student_t_quantile((1 + ratio.level) / 2, count - 1) * spread <= reach * math.sqrt(count)
    )
    return next(enough, None)


def _replicate_seconds(outcomes: Sequence[Outcome]) -> float:
    """What a replicate of all rows takes: starts, warm-up and timed calls."""
    measured = [outcome for outcome in outcomes if isinstance(outcome, Measurement)]
    return sum(_seconds(each) / max(1, len(each.opened)) for each in measured)


def _seconds(measurement: Measurement) -> float:
    starts = sum(opened.start for opened in measurement.opened)
    return starts + sum(measurement.slots.seconds)
