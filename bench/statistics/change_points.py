"""Where the level of a series of figures changes, with the chance of a false alarm bounded."""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from bench.statistics.distributions import student_t_tail

LEAST = 2  # values at a level: a single odd one is no new level
ERROR = 0.01  # the chance that a series without a change shows one
# Squared difference of logarithms below which nothing is a difference (one in a million): keeps
# rounding errors from standing out in a series of equal values.
_FINEST = 1e-12


def change_points(values: Sequence[float], error: float = ERROR) -> list[int]:
    """The indices at which a new level begins, in order; none for a series without a change.

    Circular binary segmentation (Olshen et al. 2004): the stretch that differs most from the rest
    is cut out, then each part is searched again; unlike a plain bisection this finds a level that
    comes and goes. Instead of permutations, whose smallest p-value is too large for the dozen
    values that a history often has, Student's t for normal values is held against `error` over the
    number of stretches (Bonferroni), so the chance of any false alarm is at most `error`. A cut
    that does not hold between its two neighbours alone is taken back.
    """
    series = np.asarray(values, dtype=float)
    cuts = _cuts(series, error)
    while cuts:
        levels = np.split(series, cuts)
        chances = [_p_value(*pair, positions=len(series)) for pair in itertools.pairwise(levels)]
        weakest = int(np.argmax(chances))
        if chances[weakest] <= error:
            break
        del cuts[weakest]
    return cuts


def _cuts(series: np.ndarray, error: float) -> list[int]:
    start, end, tried = _most_different(series)
    if not tried:
        return []
    rest = np.concatenate([series[:start], series[end:]])
    if _p_value(series[start:end], rest, positions=tried) > error:
        return []
    cuts = [start] if end == len(series) else [start, end]
    inner = [
        begin + cut
        for begin, part in zip([0, *cuts], np.split(series, cuts), strict=True)
        for cut in _cuts(part, error)
    ]
    return sorted(cuts + inner)


def _most_different(series: np.ndarray) -> tuple[int, int, int]:
    """Where the stretch that differs most from the rest begins and ends, and how many were tried.

    A stretch that begins the series is the rest of one that ends it, so it is not tried.
    """
    count = len(series)
    sums = np.concatenate([[0.0], np.cumsum(series - series.mean())]) if count else np.zeros(1)
    best, bounds, tried = -1.0, (0, 0), 0
    for start in range(LEAST, count - LEAST + 1):
        ends = np.append(np.arange(start + LEAST, count - LEAST + 1), count)
        lengths = ends - start
        # Of the squares about the mean, the part between a stretch and the rest; their sum is
        # fixed, so where this is largest, Student's t is too.
        between = (sums[ends] - sums[start]) ** 2 * count / (lengths * (count - lengths))
        tried += len(ends)
        if between.max() > best:
            best, bounds = between.max(), (start, int(ends[between.argmax()]))
    return (*bounds, tried)


def _p_value(first: np.ndarray, second: np.ndarray, positions: int) -> float:
    """Of equal means, two-sided by Student's t (1908) of one variance, times `positions`."""
    freedom = len(first) + len(second) - 2
    squares = sum(float(((part - part.mean()) ** 2).sum()) for part in (first, second))
    variance = max(squares / freedom, _FINEST) if freedom else math.inf
    error = math.sqrt(variance * (1 / len(first) + 1 / len(second)))
    distance = abs(float(first.mean() - second.mean()))
    return min(1.0, positions * 2 * student_t_tail(distance / error, freedom))
