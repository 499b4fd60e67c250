"""A run held against earlier runs of the same Case."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.statistics.estimate import Estimate, at_level
from bench.statistics.replicates import mean_and_standard_error

LEAST_RUNS = 3  # earlier ones, below which their spread is not known well enough to judge by


def estimate_against_runs(
    earlier: Sequence[float], candidate: Sequence[float], level: float = 0.95
) -> Estimate:
    """The seconds of a run over those of earlier ones, with the spread between runs in it.

    `earlier` holds the mean ln seconds of each earlier run, `candidate` the ln seconds of each
    replicate of the new one. The interval is that of a prediction: the new run may differ from the
    mean of k earlier ones by the variance between runs times 1 + 1/k, at k - 1 degrees of freedom
    (Student's t). Where the replicates of the new run scatter more than earlier runs did, their
    own error takes the place of that spread (Welch 1947; Satterthwaite 1946). Without bounds below
    LEAST_RUNS earlier runs or two replicates. Raises ValueError where either is empty.
    """
    if not (len(earlier) and len(candidate)):
        raise ValueError("a run and the earlier ones need at least one value each")
    runs, replicates = (np.asarray(side, dtype=float) for side in (earlier, candidate))
    ratio = math.exp(float(replicates.mean() - runs.mean()))
    error = float(mean_and_standard_error(replicates)[1])
    between = float(mean_and_standard_error(runs)[1]) * math.sqrt(len(runs))
    estimate = Estimate(
        value=ratio,
        low=0.0,
        high=math.inf,
        level=level,
        replicates=len(replicates),
        standard_error=math.inf,
        freedom=0,
        between=between,
        within=error * math.sqrt(len(replicates)),
    )
    if len(runs) < LEAST_RUNS or len(replicates) < 2:
        return estimate
    parts = (max(between, error) ** 2, between**2 / len(runs))
    freedom = len(runs) - 1.0
    if error > between:
        shares = parts[0] ** 2 / (len(replicates) - 1) + parts[1] ** 2 / freedom
        freedom = sum(parts) ** 2 / shares
    bounded = replace(estimate, standard_error=math.sqrt(sum(parts)), freedom=freedom)
    return at_level(bounded, level)
