"""Estimates of seconds and ratios against scipy and closed forms."""

import math

import numpy as np
import pytest
from scipy import stats

from bench.statistics.dependence import dependent_error
from bench.statistics.distributions import student_t_tail
from bench.statistics.estimate import at_level, relative_half_width
from bench.statistics.replicates import (
    estimate_logs,
    estimate_mean,
    estimate_ratio,
    estimate_seconds,
    estimate_unpaired_ratio,
)
from bench.statistics.rounds import log_medians, midmean

generator = np.random.default_rng(5)


def p_value(estimate):
    """Of a ratio of 1, two-sided: what the error and the degrees of freedom amount to."""
    if not estimate.freedom:
        return 1.0
    distance = abs(math.log(estimate.value))
    if not estimate.standard_error:
        return 0.0 if distance else 1.0
    return 2 * student_t_tail(distance / estimate.standard_error, estimate.freedom)


def simulated(centre, replicates, rounds=6):
    """Samples around `centre` seconds, with noise of processes and of calls."""
    processes = np.exp(generator.normal(math.log(centre), 0.02, replicates))
    return [
        [process * np.exp(generator.normal(0, 0.01, 9)) for _ in range(rounds)]
        for process in processes
    ]


def replicate_values(samples):
    return np.array([midmean(values) for values in log_medians(samples)])


def test_seconds_are_the_t_interval_of_logarithms_that_resemble_their_neighbours():
    samples = simulated(3e-4, replicates=5)
    estimate = estimate_seconds(samples)
    values = replicate_values(samples)
    interval = stats.t.interval(0.95, 4, values.mean(), dependent_error(values))
    assert (estimate.low, estimate.high) == pytest.approx(tuple(np.exp(interval)))
    assert estimate.value == pytest.approx(stats.gmean(np.exp(values)))
    assert estimate.between == pytest.approx(values.std(ddof=1))
    assert (estimate.replicates, estimate.freedom, estimate.level) == (5, 4, 0.95)


def test_within_is_the_pooled_deviation_of_rounds():
    estimate = estimate_logs([np.array([0.0, 2.0]), np.array([5.0, 5.0, 8.0]), np.array([1.0])])
    assert estimate.within == pytest.approx(math.sqrt((2 + 6) / (1 + 2)))


def test_ratio_is_above_one_where_the_candidate_is_slower_and_mirrors_when_swapped():
    baseline = simulated(1e-3, replicates=5)
    candidate = [[1.1 * slot for slot in slots] for slots in simulated(1e-3, replicates=5)]
    ratio, swapped = estimate_ratio(baseline, candidate), estimate_ratio(candidate, baseline)
    assert ratio.value > 1
    assert ratio.value * swapped.value == pytest.approx(1)
    assert ratio.low * swapped.high == pytest.approx(1)
    assert p_value(ratio) == pytest.approx(p_value(swapped))


def test_what_both_cases_share_cancels_in_the_ratio():
    baseline = simulated(1e-3, replicates=4)
    candidate = [[1.25 * slot for slot in slots] for slots in baseline]
    ratio = estimate_ratio(baseline, candidate)
    assert (ratio.low, ratio.value, ratio.high) == pytest.approx((1.25, 1.25, 1.25))


def test_unpaired_ratio_is_welch():
    baseline, candidate = simulated(2e-3, replicates=3), simulated(3e-3, replicates=6)
    ratio = estimate_unpaired_ratio(baseline, candidate)
    first, second = replicate_values(baseline), replicate_values(candidate)
    welch = stats.ttest_ind(second, first, equal_var=False)
    assert p_value(ratio) == pytest.approx(welch.pvalue)
    interval = tuple(np.exp(welch.confidence_interval()))
    assert (ratio.low, ratio.high) == pytest.approx(interval)
    assert ratio.replicates == 3


def test_unpaired_ratio_without_any_spread_is_exact():
    baseline, candidate = [[np.array([2.0])]] * 3, [[np.array([3.0])]] * 3
    ratio = estimate_unpaired_ratio(baseline, candidate)
    assert (ratio.low, ratio.high) == pytest.approx((1.5, 1.5))
    assert p_value(ratio) == 0


def test_p_value_is_that_of_the_paired_t_test():
    values = np.array([0.01, -0.004, 0.013, 0.006])
    estimate = estimate_logs([np.array([value]) for value in values])
    assert p_value(estimate) == pytest.approx(stats.ttest_1samp(values, 0).pvalue)


def test_p_value_agrees_with_the_interval_at_every_level():
    estimate = estimate_logs([np.array([value]) for value in (0.01, -0.002, 0.013, 0.006)])
    edge = 1 - p_value(estimate)
    assert at_level(estimate, edge - 1e-6).low > 1 > at_level(estimate, edge + 1e-6).low


def test_p_value_without_spread():
    same = [np.array([0.0])] * 3
    assert p_value(estimate_logs(same)) == 1
    assert p_value(estimate_logs([values + 0.5 for values in same])) == 0


def test_one_replicate_has_no_bounds():
    single, several = [[np.array([1.0, 2.0])]], simulated(1.0, replicates=3)
    for estimate in (
        estimate_seconds(single),
        estimate_ratio(single, single),
        estimate_unpaired_ratio(single, several),
        estimate_unpaired_ratio(several, single),
    ):
        assert (estimate.low, estimate.high) == (0, math.inf)
        assert relative_half_width(estimate) == math.inf
        assert p_value(estimate) == 1
    assert estimate_seconds(single).between == math.inf
    assert estimate_seconds(single).within == math.inf


def test_an_estimate_without_rounds_is_refused():
    with pytest.raises(ValueError, match="at least one round"):
        estimate_seconds([[]])


def test_half_width_is_that_of_the_upper_end():
    estimate = estimate_logs([np.array([value]) for value in (0.01, 0.02, 0.03)])
    reach = stats.t.ppf(0.975, 2) * 0.01 / math.sqrt(3)
    assert relative_half_width(estimate) == pytest.approx(math.expm1(reach))


def test_an_interval_beyond_the_range_of_a_float_is_unbounded():
    estimate = estimate_logs([np.array([0.0]), np.array([1.0])], level=0.9999)
    assert (estimate.low, estimate.high) == (0, math.inf)


def test_slots_weigh_alike_in_the_mean_however_many_calls_they_hold():
    """A slot of a slow period has fewer calls, and lasts as long."""
    fast, slow = np.full(100, 1e-3), np.full(50, 2e-3)
    mean = estimate_mean([[fast, slow]] * 4)
    assert mean.value == pytest.approx(1.5e-3)
    assert (mean.low, mean.high) == pytest.approx((1.5e-3, 1.5e-3))


def test_the_mean_has_what_the_median_leaves_out():
    slot = np.array([1.0, 1.0, 1.0, 5.0])
    samples = [[slot, slot], [slot, 1.1 * slot], [slot]]
    assert estimate_mean(samples).value == pytest.approx(2.0 * 5.1 / 5)
    assert estimate_seconds(samples).value < 1.1
