"""Verdicts of made-up intervals, and the smallest detectable effect against its exact power."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.statistics.estimate import Estimate, relative_half_width
from bench.statistics.replicates import estimate_logs
from bench.statistics.verdict import flagged, smallest_detectable_effect, verdict


def interval(low, value, high):
    return Estimate(value, low, high, 0.95, 5, 0.01, 4, 0.02, 0.01)


@pytest.mark.parametrize(
    ("low", "value", "high", "expected"),
    [
        (1.02, 1.05, 1.08, "slower"),
        (1.001, 1.05, 1.10, "slower"),
        (0.92, 0.95, 0.98, "faster"),
        (1.002, 1.004, 1.006, "tiny"),
        (1.002, 1.009, 1.016, "slower"),
        (0.984, 0.992, 0.999, "faster"),
        (0.992, 0.995, 0.999, "tiny"),
        (0.995, 1.0, 1.005, "equivalent"),
        (0.995, 1.002, 1.02, "no difference detectable"),
        (0.9, 1.05, 1.2, "no difference detectable"),
        (0.0, 1.5, math.inf, "inconclusive"),
    ],
)
def test_verdicts(low, value, high, expected):
    assert verdict(interval(low, value, high)) == expected


def test_the_margin_decides():
    assert verdict(interval(1.01, 1.03, 1.05), margin=0.05) == "tiny"
    assert verdict(interval(1.01, 1.03, 1.051), margin=0.05) == "slower"
    assert verdict(interval(0.97, 1.01, 1.04), margin=0.05) == "equivalent"


@given(st.integers(-500, 500), st.integers(0, 500))
def test_swapping_the_cases_mirrors_the_verdict(centre, reach):
    ends = [end / 10_000 for end in (centre - reach, centre, centre + reach)]
    forward = verdict(interval(*(math.exp(end) for end in ends)))
    backward = verdict(interval(*(math.exp(-end) for end in reversed(ends))))
    mirror = {"slower": "faster", "faster": "slower"}
    assert backward == mirror.get(forward, forward)


def test_a_ratio_is_flagged_where_its_interval_excludes_1():
    slower, faster, neither = interval(1.01, 2, 3), interval(0.5, 0.6, 0.9), interval(0.9, 1, 1.1)
    assert [flagged(ratio) for ratio in (slower, faster, neither)] == [True, True, False]
    assert not flagged(interval(1.0, 1.1, 1.2))


@pytest.mark.parametrize("count", [4, 5, 10, 20])
def test_smallest_detectable_effect_has_the_power_it_claims(count):
    estimate = estimate_logs([np.array([value]) for value in np.linspace(-0.01, 0.01, count)])
    noncentrality = math.log1p(smallest_detectable_effect(estimate)) / estimate.standard_error
    critical = stats.t.ppf(0.975, count - 1)
    assert stats.nct.sf(critical, count - 1, noncentrality) == pytest.approx(0.8, abs=0.03)


def test_smallest_detectable_effect_shrinks_with_the_error_and_grows_with_the_level():
    estimate = estimate_logs([np.array([value]) for value in (0.0, 0.01, 0.02)])
    effect = smallest_detectable_effect(estimate)
    assert effect > relative_half_width(estimate)
    assert smallest_detectable_effect(replace(estimate, level=0.99)) > effect
    assert smallest_detectable_effect(replace(estimate, standard_error=0.001)) < effect


def test_smallest_detectable_effect_without_bounds():
    unbounded = estimate_logs([np.array([0.0])])
    assert smallest_detectable_effect(unbounded) == math.inf
    assert smallest_detectable_effect(replace(unbounded, freedom=1, standard_error=1e4)) == math.inf
