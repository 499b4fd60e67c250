"""A run held against earlier runs of the same Case."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy

from bench.statistics.between_runs import LEAST_RUNS, BetweenRuns
from bench.statistics.estimate import Estimate, at_level, satterthwaite
from bench.statistics.replicates import mean_and_standard_error


def estimate_against_runs(
    earlier: Sequence[Sequence[float]],
    candidate: Sequence[float],
    spread: BetweenRuns,
    level: float = 0.95,
) -> Estimate:
    """The seconds of a run over those of earlier ones, with the spread between runs in it.

    `earlier` holds the mean ln seconds of each earlier run, day by day, `candidate` the ln seconds
    of each replicate of the new one. The interval is that of a prediction: the new run may differ
    from the mean of k earlier days by the variance between runs times 1 + 1/k (Student's t). Where
    the replicates of the new run scatter more than that, their own error takes its place (Welch
    1947; Satterthwaite 1946). Without bounds below LEAST_RUNS earlier runs or two replicates.
    Raises ValueError where either is empty.
    """
    if not (earlier and len(candidate)):
        raise ValueError("a run and the earlier ones need at least one value each")
    days = [math.fsum(day) / len(day) for day in earlier]
    replicates = numpy.asarray(candidate, dtype=float)
    error = float(mean_and_standard_error(replicates)[1])
    estimate = Estimate(
        value=math.exp(float(replicates.mean()) - math.fsum(days) / len(days)),
        low=0.0,
        high=math.inf,
        level=level,
        replicates=len(replicates),
        standard_error=math.inf,
        freedom=0,
        between=spread.deviation,
        within=error * math.sqrt(len(replicates)),
    )
    if sum(map(len, earlier)) < LEAST_RUNS or len(replicates) < 2:
        return estimate
    parts = (max(spread.deviation, error) ** 2, spread.deviation**2 / len(days))
    freedom = spread.freedom
    if error > spread.deviation:
        freedom = satterthwaite(parts[0], len(replicates) - 1, parts[1], freedom)
    bounded = replace(estimate, standard_error=math.sqrt(sum(parts)), freedom=freedom)
    return at_level(bounded, level)
