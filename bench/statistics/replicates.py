"""Inference over replicates: the seconds of a Case and the ratio of two Cases."""

import math
from dataclasses import replace

import numpy as np

from bench.statistics.dependence import dependent_error
from bench.statistics.estimate import Estimate, at_level, satterthwaite
from bench.statistics.rounds import (
    Rounds,
    Samples,
    log_medians,
    log_ratios,
    log_seconds,
    means,
    midmean,
)
from bench.statistics.statistic import Statistic


def estimate_seconds(samples: Samples, level: float = 0.95) -> Estimate:
    """The median seconds of a call of one Case: a typical slot's, and a typical process's.

    The machine's speed changes from replicate to replicate and not at random: the interval is that
    of values that resemble their neighbours. In a ratio of two that took turns it cancels.
    """
    rounds = log_medians(samples)
    values = _midmeans(rounds)
    return _estimate(rounds, values, level, dependent_error(values))


def estimate_mean(samples: Samples, level: float = 0.95) -> Estimate:
    """The mean seconds of a call of one Case, with the interval of `estimate_seconds`.

    Every slot weighs alike: slots are equally long, so that a slow period, which has fewer calls,
    would count for less than its time if all calls were pooled.
    """
    of_slots = [means(slots) for slots in samples if len(slots)]
    values = np.array([of_replicate.mean() for of_replicate in of_slots])
    value = float(np.concatenate(of_slots).mean())
    estimate = estimate_logs([np.log(of_replicate) for of_replicate in of_slots], level)
    error = dependent_error(values) / value
    return at_level(replace(estimate, value=value, standard_error=error), level)


def estimate_ratio(baseline: Samples, candidate: Samples, level: float = 0.95) -> Estimate:
    """The seconds of the candidate over those of the baseline, from rounds that they share.

    Above 1 the candidate is slower. Raises ValueError where the rounds do not pair.
    """
    return estimate_logs(log_ratios(baseline, candidate), level)


def estimate_unpaired_ratio(
    baseline: Samples, candidate: Samples, level: float = 0.95, statistic: Statistic = "p50"
) -> Estimate:
    """The same ratio from Cases that share no rounds, such as those of two reports.

    Welch's t (1947) with Satterthwaite's degrees of freedom (1946) over replicates; one replicate
    on either side leaves no bounds. What changed between the two runs besides the Cases is not in
    the interval, nor is the machine's slow drift, which is part of the spread between runs.
    """
    first = estimate_logs(log_seconds(baseline, statistic), level)
    second = estimate_logs(log_seconds(candidate, statistic), level)
    unbounded = Estimate(
        value=second.value / first.value,
        low=0.0,
        high=math.inf,
        level=level,
        replicates=min(first.replicates, second.replicates),
        standard_error=math.hypot(first.standard_error, second.standard_error),
        freedom=_freedom(first, second),
        between=math.hypot(first.between, second.between),
        within=math.hypot(first.within, second.within),
    )
    return at_level(unbounded, level)


def estimate_logs(rounds: Rounds, level: float = 0.95) -> Estimate:
    """The exponential of the mean over replicates of the midmean over rounds of logarithms.

    Fresh processes differ by more than their rounds do, so the replicate is the unit of inference
    (Kalibera and Jones 2013). Raises ValueError without a round.
    """
    return _estimate(rounds, _midmeans(rounds), level)


def _estimate(
    rounds: Rounds, values: np.ndarray, level: float, dependent: float | None = None
) -> Estimate:
    """Of the logarithms of replicates (replicates,); `dependent` is their mean's standard error.

    None where they are independent.
    """
    mean, error = mean_and_standard_error(values)
    unbounded = Estimate(
        value=math.exp(mean),
        low=0.0,
        high=math.inf,
        level=level,
        replicates=len(values),
        standard_error=float(error) if dependent is None else dependent,
        freedom=len(values) - 1,
        between=float(error) * math.sqrt(len(values)),
        within=_pooled_deviation(rounds),
    )
    return at_level(unbounded, level)


def mean_and_standard_error(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Over the last axis, (..., replicates) to two of (...); one replicate has an error of inf."""
    count = values.shape[-1]
    if count < 2:
        return values.mean(axis=-1), np.full(values.shape[:-1], np.inf)
    return values.mean(axis=-1), values.std(axis=-1, ddof=1) / math.sqrt(count)


def _midmeans(rounds: Rounds) -> np.ndarray:
    """(replicates,), those with equally many rounds at once, as most are.

    Raises ValueError without a round.
    """
    if not rounds:
        raise ValueError("an estimate needs at least one round")
    values = np.empty(len(rounds))
    lengths = np.array(list(map(len, rounds)))
    for length in set(lengths.tolist()):
        places = np.flatnonzero(lengths == length)
        values[places] = midmean(np.stack([rounds[place] for place in places]))
    return values


def _freedom(first: Estimate, second: Estimate) -> float:
    """0 without bounds on either side."""
    if not (first.freedom and second.freedom):
        return 0.0
    variances = first.standard_error**2, second.standard_error**2
    if not sum(variances):
        return first.freedom + second.freedom
    return satterthwaite(variances[0], first.freedom, variances[1], second.freedom)


def _pooled_deviation(rounds: Rounds) -> float:
    """Of the rounds about the mean of their replicate; inf where none has two."""
    values, counts = np.concatenate(rounds), np.array([*map(len, rounds)])
    freedom = len(values) - len(counts)
    if not freedom:
        return math.inf
    centres = np.add.reduceat(values, np.cumsum(counts) - counts) / counts
    squares = (values - np.repeat(centres, counts)) ** 2
    return math.sqrt(float(squares.sum()) / freedom)
