"""How often verdicts are wrong, from trials in which the truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.statistics.proportions import wilson_interval


@dataclass(frozen=True, slots=True)
class Trial:
    """One comparison of a network with itself, the candidate slowed by `planted` (0.01 is 1 %).

    `ratio`, `low` and `high` are of seconds, `between` the spread of replicates' logarithms,
    `seconds` what the verdict took; `turned` says that the candidate was named first, `disturbed`
    is the share of slots that were disturbed.
    """

    effort: str
    planted: float
    ratio: float
    low: float
    high: float
    between: float
    replicates: int
    seconds: float
    turned: bool
    disturbed: float = 0.0


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Of all trials alike: shares are counts, with the Wilson interval of the first.

    `detected` counts intervals that exclude 1 on the right side; in an A/A pair (planted 0) there
    is no right side, and either counts as flagged. `covered` counts intervals that hold the planted
    ratio, `wrong_sign` those that exclude 1 on the wrong side of a planted one.
    """

    effort: str
    planted: float
    trials: int
    detected: int
    low: float
    high: float
    covered: int
    wrong_sign: int
    median_seconds: float
    median_between: float


def order_effect(trials: Sequence[Trial]) -> float | None:
    """How much the mean log-ratio of A/A pairs changes when the two are named in the other order.

    None without an A/A pair in each order.
    """
    pairs = [trial for trial in trials if not trial.planted]
    logs = [[np.log(t.ratio) for t in pairs if t.turned == turned] for turned in (False, True)]
    return float(abs(np.mean(logs[0]) - np.mean(logs[1]))) if all(logs) else None


def error_rates(trials: Sequence[Trial]) -> list[ErrorRate]:
    """One line for each effort and planted slowdown, in the order of their first trials."""
    kinds = dict.fromkeys((trial.effort, trial.planted) for trial in trials)
    return [_error_rate([t for t in trials if (t.effort, t.planted) == kind]) for kind in kinds]


def _error_rate(trials: Sequence[Trial]) -> ErrorRate:
    planted = trials[0].planted
    slower = sum(trial.low > 1 for trial in trials)
    faster = sum(trial.high < 1 for trial in trials)
    detected = slower if planted else slower + faster
    low, high = wilson_interval(detected, len(trials))
    return ErrorRate(
        effort=trials[0].effort,
        planted=planted,
        trials=len(trials),
        detected=detected,
        low=low,
        high=high,
        covered=sum(trial.low <= 1 + planted <= trial.high for trial in trials),
        wrong_sign=faster if planted else 0,
        median_seconds=float(np.median([trial.seconds for trial in trials])),
        median_between=float(np.median([trial.between for trial in trials])),
    )
