"""Percentiles with order-statistic intervals that assume no distribution."""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from bench.statistics.distributions import binomial_cdf


@dataclass(frozen=True, slots=True)
class Percentile:
    """The value below which `fraction` of samples lie; `n` is the size its interval rests on."""

    fraction: float
    value: float
    low: float
    high: float
    level: float
    n: int


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A percentile whose interval would need an order statistic outside the samples."""

    fraction: float
    n: int
    needed: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """Samples (n,) in order, their ranks from 1 to n and their weights, which have a mean of 1."""

    ordered: np.ndarray
    ranks: np.ndarray
    weights: np.ndarray

    def quantile(self, fraction: float) -> float:
        """The point of `percentile`, for any number of samples from one.

        Between the samples about rank (n + 1/3) fraction + 1/3; a weight counts as so many.
        """
        rank = fraction * (len(self.ordered) + 1 / 3)
        return float(np.interp(rank, self.ranks - self.weights / 3, self.ordered))

    def percentile(
        self, fraction: float, level: float = 0.95, effective_size: int | None = None
    ) -> Percentile | NotEstimable:
        """As `percentile`, of samples that are in order already."""
        total = len(self.ordered)
        n = total if effective_size is None else min(effective_size, total)
        needed = samples_needed(fraction, level)
        if n < needed:
            return NotEstimable(fraction, n, needed)
        lower, upper = interval_ranks(n, fraction, level)
        first = int(np.searchsorted(self.ranks, (lower - 1) * total / n, side="right"))
        last = min(int(np.searchsorted(self.ranks, upper * total / n)), total - 1)
        low, high = float(self.ordered[first]), float(self.ordered[last])
        return Percentile(fraction, self.quantile(fraction), low, high, level, n)


def percentile(
    samples: np.ndarray,
    fraction: float,
    level: float = 0.95,
    effective_size: int | None = None,
    weights: np.ndarray | None = None,
) -> Percentile | NotEstimable:
    """The percentile of samples (n,), in their unit, 0 < fraction < 1; `weights` (n,) are relative.

    The point is definition 8 of Hyndman and Fan (1996), median-unbiased whatever the distribution.
    Where samples depend on each other, `effective_size` independent ones are worth as much; the
    ranks are found for that size and spread, outward, over the weights (Woodruff 1952).
    """
    return ranked(samples, weights).percentile(fraction, level, effective_size)


def quantile(samples: np.ndarray, fraction: float, weights: np.ndarray | None = None) -> float:
    """The point of `percentile`, for any number of samples from one."""
    return ranked(samples, weights).quantile(fraction)


def ranked(samples: np.ndarray, weights: np.ndarray | None = None) -> Ranked:
    """Samples (n,) put in order once, for several percentiles of them."""
    if weights is None:
        return Ranked(np.sort(samples), np.arange(1.0, len(samples) + 1), np.ones(len(samples)))
    order = np.argsort(samples, kind="stable")
    scaled = weights[order] / weights.mean()
    return Ranked(samples[order], np.cumsum(scaled), scaled)


def samples_needed(fraction: float, level: float = 0.95) -> int:
    """The fewest samples for which both ends exist: max(p, 1 - p)^n <= (1 - level) / 2.

    All n lie on one side of the percentile with probability p^n, which must not exceed the share
    of one tail: 36 samples for p90, 368 for p99 and 3,688 for p99.9 at 95 %.
    """
    return math.ceil(math.log((1 - level) / 2) / math.log(max(fraction, 1 - fraction)))


def interval_ranks(n: int, fraction: float, level: float = 0.95) -> tuple[int, int]:
    """Ranks from 1 of the two order statistics that bound the percentile of n samples.

    The shortest with at most (1 - level) / 2 in each tail (David and Nagaraja, Order Statistics,
    3rd edition 2003, section 7.1; Hahn and Meeker, Statistical Intervals, 1991, section 5.2). Below
    `samples_needed` one of the ranks is 0 or n + 1: it does not exist.
    """
    tail = (1 - level) / 2

    def below(rank: int) -> float:
        return binomial_cdf(rank, n, fraction)

    # X_(r) > q has probability P(B <= r - 1), and X_(s) < q has 1 - P(B <= s - 1).
    return bisect_right(range(n), tail, key=below), bisect_left(range(n), 1 - tail, key=below) + 1
