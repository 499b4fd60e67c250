"""How often verdicts are wrong, from trials in which the truth is known."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.statistics.proportions import wilson_interval
from bench.statistics.statistic import Statistic
from bench.statistics.verdict import MARGIN, Verdict

# Side by side, in two runs, or in two runs beside an anchor.
Held = Literal["turns", "runs", "anchor"]
Beside = Literal["idle", "half-duty"]


@dataclass(frozen=True, slots=True)
class TrialKind:
    """Trials of one sort: how thorough, and the planted slowdown as a share; 0 is an A/A pair.

    `effort` names it, `rows` counts the contenders of a trial, `beside` says what else runs,
    `held` how the two are held against each other, and `judged` what of their calls.
    """

    effort: str
    planted: float
    threads: int = 1
    batch: int = 1
    rows: int = 2
    beside: Beside = "idle"
    held: Held = "turns"
    judged: Statistic = "p50"


@dataclass(frozen=True, slots=True)
class Trial:
    """One comparison of a network with itself, the candidate slowed by what its kind says.

    `ratio`, `low` and `high` are of seconds, `between` the spread of replicates' logarithms,
    `seconds` what the verdict took; `turned` says that the candidate was named first, `disturbed`
    is the share of slots that were disturbed. The interval is (0, inf) where nothing can be told.
    Of more than two rows it is the candidate whose interval is furthest from the truth, so that it
    covers where all of them do. `verdict` is what a user was told, "" in older self-tests.
    `sitting` numbers the measurement that it is read off, -1 where each had one of its own.
    """

    kind: TrialKind
    ratio: float
    low: float
    high: float
    between: float
    replicates: int
    seconds: float
    turned: bool
    disturbed: float = 0.0
    verdict: Verdict | Literal[""] = ""
    sitting: int = -1


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Of all trials alike: shares are counts, with the Wilson interval of the first.

    `detected` counts intervals that exclude 1 on the right side; in an A/A pair (planted 0) there
    is no right side, and either counts as flagged. `covered` counts, of the `bounded` intervals,
    those that hold the planted ratio, `wrong_sign` those that exclude 1 on the wrong side of a
    planted one. `verdicts` counts what users were told.
    """

    kind: TrialKind
    trials: int
    bounded: int
    detected: int
    low: float
    high: float
    covered: int
    wrong_sign: int
    verdicts: Mapping[str, int]
    median_seconds: float
    median_between: float


def order_effect(trials: Sequence[Trial]) -> float | None:
    """How much the mean log-ratio of A/A pairs changes when the two are named in the other order.

    None without an A/A pair in each order.
    """
    pairs = [t for t in trials if not t.kind.planted and t.kind.judged == "p50" and _bounded(t)]
    logs = [[np.log(t.ratio) for t in pairs if t.turned == turned] for turned in (False, True)]
    return float(abs(np.mean(logs[0]) - np.mean(logs[1]))) if all(logs) else None


def tiny_right(trials: Sequence[Trial]) -> tuple[int, int]:
    """How often `tiny` was said, and how often the planted slowdown was within the margin then."""
    said = [trial for trial in trials if trial.verdict == "tiny"]
    return len(said), sum(trial.kind.planted <= MARGIN for trial in said)


def error_rates(trials: Sequence[Trial]) -> list[ErrorRate]:
    """One line for each kind, in the order of their first trials."""
    kinds = dict.fromkeys(trial.kind for trial in trials)
    return [_error_rate(kind, [t for t in trials if t.kind == kind]) for kind in kinds]


def _error_rate(kind: TrialKind, trials: Sequence[Trial]) -> ErrorRate:
    slower = sum(trial.low > 1 for trial in trials)
    faster = sum(trial.high < 1 for trial in trials)
    detected = slower if kind.planted else slower + faster
    low, high = wilson_interval(detected, len(trials))
    bounded = [trial for trial in trials if _bounded(trial)]
    return ErrorRate(
        kind=kind,
        trials=len(trials),
        bounded=len(bounded),
        detected=detected,
        low=low,
        high=high,
        covered=sum(trial.low <= 1 + kind.planted <= trial.high for trial in bounded),
        wrong_sign=faster if kind.planted else 0,
        verdicts=dict(Counter(trial.verdict for trial in trials if trial.verdict)),
        median_seconds=float(np.median([trial.seconds for trial in trials])),
        median_between=float(np.median([trial.between for trial in trials])),
    )


def _bounded(trial: Trial) -> bool:
    return math.isfinite(trial.high)
