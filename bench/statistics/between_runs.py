"""The spread between runs of one Case, and a ratio of two runs that has it in its interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy

from bench.statistics.estimate import Estimate, at_level, satterthwaite

LEAST_RUNS = 3  # earlier ones, below which their spread is not known well enough to judge by
LEAST_DAYS = 3  # below which the days that were seen say too little of other days
# What runs of a small network on a quiet machine scatter by: studies/between_runs.py measures it.
ASSUMED = 0.02
# What the ratio to an anchor leaves of that spread: a row may feel what slows the machine a quarter
# more or less than the anchor does, and such rows are covered (tests/statistics).
ANCHOR_LEAVES = 0.25
STATED = 1e6  # degrees of freedom of a stated spread: Student's t is the normal distribution


# What the time of a run is told by: seconds, or the anchor that took turns with it.
Yardstick = Literal["clock", "anchor"]


def stated(deviation: float = ASSUMED, yardstick: Yardstick = "clock") -> "BetweenRuns":
    """The spread that is supposed, from that of seconds."""
    left = ANCHOR_LEAVES if yardstick == "anchor" else 1.0
    return BetweenRuns(left * deviation, yardstick=yardstick)


@dataclass(frozen=True, slots=True)
class BetweenRuns:
    """The standard deviation between runs of one Case: 0.02 reads as 2 %.

    It is of ln seconds, or of ln ratios to the anchor, in which a run's own speed cancels. `days`
    is how many days of a history it was measured on, None where it is stated.
    """

    deviation: float
    freedom: float = STATED
    days: int | None = None
    yardstick: Yardstick = "clock"


def measured_between_runs(
    days: Sequence[Sequence[float]], yardstick: Yardstick = "clock"
) -> BetweenRuns:
    """The spread between runs of one Case, from the logarithms of earlier ones, day by day.

    Runs of one day share its machine, its neighbours and its temperature, so the day is the unit:
    the variance of one run on another day is that of the means of days, and what those means have
    averaged out, (1 - mean of 1/n) times the variance within days (one-way random effects, Searle
    1971). It has one degree of freedom less than there are days. Below LEAST_DAYS the spread is
    the supposed one, or what the runs show where that is more.
    """
    means = numpy.array([math.fsum(day) / len(day) for day in days])
    if len(means) >= LEAST_DAYS:
        within = _pooled([numpy.asarray(day) for day in days])
        averaged = 1 - float(numpy.mean([1 / len(day) for day in days]))
        variance = float(means.var(ddof=1)) + averaged * within
        return BetweenRuns(math.sqrt(variance), len(means) - 1.0, len(means), yardstick)
    runs = numpy.array([run for day in days for run in day])
    shown = float(runs.std(ddof=1)) if len(runs) >= LEAST_RUNS else 0.0
    floor = stated(yardstick=yardstick)
    if shown <= floor.deviation:
        return floor
    return BetweenRuns(shown, len(runs) - 1.0, len(means), yardstick)


def with_spread(ratio: Estimate, spread: BetweenRuns, runs: float = 2.0) -> Estimate:
    """The ratio of two runs with `runs` times the variance between runs added to its own.

    2 for one run against another; 1 + 1/k for one against the mean of k. Degrees of freedom by
    Satterthwaite (1946). Without bounds where the ratio has none.
    """
    if not ratio.freedom:
        return ratio
    own, between = ratio.standard_error**2, runs * spread.deviation**2
    if not between:
        return ratio
    widened = replace(
        ratio,
        standard_error=math.sqrt(own + between),
        freedom=satterthwaite(own, ratio.freedom, between, spread.freedom),
    )
    return at_level(widened, ratio.level)


def _pooled(groups: Sequence[numpy.ndarray]) -> float:
    """The variance within groups; 0 where no group has two values."""
    freedom = sum(len(group) - 1 for group in groups)
    squares = sum(float(((group - group.mean()) ** 2).sum()) for group in groups)
    return squares / freedom if freedom else 0.0
