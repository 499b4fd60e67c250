"""Verdicts by the median, the mean and slow calls, from the same samples."""

import math

import numpy as np
import pytest

from bench.statistics.replicates import estimate_logs, estimate_unpaired_ratio
from bench.statistics.rounds import log_ratios, log_seconds
from bench.statistics.statistic import least_calls
from bench.statistics.verdict import flagged

STATISTICS = ("p50", "mean", "p90", "p99")
REPLICATES, ROUNDS, CALLS = 8, 6, 50


def calls(generator, slow=1.0, share=0.05):
    """Seconds by replicate and round; this share of calls takes `slow` times as long."""
    size = (REPLICATES, ROUNDS, CALLS)
    noise = np.exp(generator.normal(0, 0.03, size) + generator.normal(0, 0.01, (REPLICATES, 1, 1)))
    return 1e-3 * noise * np.where(generator.random(size) < share, slow, 1.0)


@pytest.mark.parametrize(
    ("statistic", "planted"), [("p50", 1.0), ("mean", 1.05), ("p90", 1.02), ("p99", 1.94)]
)
def test_slow_calls_are_in_the_mean_and_the_tail_and_not_in_the_median(statistic, planted):
    generator = np.random.default_rng(1)
    baseline, candidate = calls(generator), calls(generator, slow=2.0)
    ratio = estimate_logs(log_ratios(baseline, candidate, statistic))
    assert ratio.value == pytest.approx(planted, rel=0.05)
    assert flagged(ratio) is (statistic in ("mean", "p99") or planted > 1.01)
    apart = estimate_unpaired_ratio(baseline, candidate, statistic=statistic)
    assert apart.value == pytest.approx(planted, rel=0.05)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_equal_contenders_are_rarely_told_apart_by_any_statistic(statistic):
    generator = np.random.default_rng(2)
    trials = 200
    wrong = sum(
        flagged(estimate_logs(log_ratios(calls(generator, 3.0), calls(generator, 3.0), statistic)))
        for _ in range(trials)
    )
    assert wrong <= 0.09 * trials  # 5 %, and what 200 trials leave open


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_slowdown_of_every_call_is_covered_by_any_statistic_and_never_told_as_a_gain(statistic):
    generator = np.random.default_rng(3)
    trials, planted = 200, 1.05
    ratios = [
        estimate_logs(log_ratios(calls(generator, 3.0), planted * calls(generator, 3.0), statistic))
        for _ in range(trials)
    ]
    covered = sum(ratio.low <= planted <= ratio.high for ratio in ratios)
    assert 0.91 * trials <= covered <= 0.985 * trials  # binomial(200, 0.95): once in a hundred
    assert not any(ratio.high < 1 for ratio in ratios)


def test_slots_weigh_alike_in_the_mean_and_in_percentiles():
    fast, slow = np.full(100, 1.0), np.full(10, 2.0)
    assert math.exp(log_seconds([[fast, slow]], "mean")[0][0]) == pytest.approx(1.5)
    assert math.exp(log_seconds([[fast, slow]], "p90")[0][0]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("statistic", "calls_"), [("p50", 1), ("mean", 1), ("p90", 10), ("p99", 100)]
)
def test_a_percentile_takes_a_call_beyond_it(statistic, calls_):
    assert least_calls(statistic) == calls_


def ticking(generator, seconds, tick):
    """What a clock of this `tick` tells of calls that last so long: rounds (10, 12, 200)."""
    size = (10, 12, 200)
    lasted = seconds * np.exp(generator.normal(0, 0.002, size))
    return np.floor((tick * generator.random(size) + lasted) / tick) * tick


def test_ticks_of_a_coarse_clock_average_out_of_the_mean_and_not_of_the_median():
    """A call of 25 ticks that is 2 % slower is another half of a tick: the median says 0 or 4 %."""
    generator, planted = np.random.default_rng(4), 1.02
    covered = {"p50": 0, "mean": 0}
    for seconds in np.linspace(0.95e-6, 1.05e-6, 20):
        sides = [ticking(generator, seconds * slower, 40e-9) for slower in (1.0, planted)]
        for statistic in covered:
            ratio = estimate_logs(log_ratios(*sides, statistic))
            covered[statistic] += ratio.low <= planted <= ratio.high
    assert covered["mean"] >= 17
    assert covered["p50"] < 10
