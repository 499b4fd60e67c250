"""Trials in which the truth is known are counted as detected, covered and wrong."""

import math
from dataclasses import replace

import pytest

from bench.statistics.error_rates import (
    Trial,
    TrialKind,
    error_rates,
    order_effect,
    tiny_right,
)

QUICK = TrialKind("quick", 0.0)
A_A = Trial(QUICK, 1.0, 0.99, 1.01, between=0.002, replicates=5, seconds=6.0, turned=False)
SLOWED = replace(QUICK, planted=0.02)
PLANTED = Trial(SLOWED, 1.02, 1.015, 1.025, between=0.004, replicates=5, seconds=8.0, turned=False)


def test_an_a_a_pair_is_flagged_on_either_side():
    (rate,) = error_rates(
        [A_A, replace(A_A, low=1.001), replace(A_A, high=0.999), replace(A_A, low=0.5)]
    )
    assert (rate.trials, rate.detected, rate.covered, rate.wrong_sign) == (4, 2, 2, 0)
    assert rate.low < 0.5 < rate.high


def test_a_planted_slowdown_is_detected_on_its_own_side_alone():
    (rate,) = error_rates(
        [PLANTED, replace(PLANTED, low=0.97, high=0.99), replace(PLANTED, low=0.99)]
    )
    assert (rate.trials, rate.detected, rate.covered, rate.wrong_sign) == (3, 1, 2, 1)


def test_kinds_keep_their_order_and_have_medians_of_their_own():
    slow = replace(PLANTED, seconds=20.0, between=0.1)
    thorough, mean = replace(SLOWED, effort="default"), replace(SLOWED, judged="mean")
    others = [replace(PLANTED, kind=kind) for kind in (thorough, mean)]
    rates = error_rates([PLANTED, A_A, slow, *others])
    assert [rate.kind for rate in rates] == [SLOWED, QUICK, thorough, mean]
    assert rates[0].median_seconds == 14.0
    assert rates[0].median_between == pytest.approx(0.052)


def test_an_interval_without_an_end_covers_nothing_and_detects_nothing():
    endless = replace(A_A, low=0.0, high=math.inf, between=math.inf, verdict="inconclusive")
    (rate,) = error_rates([replace(A_A, verdict="equivalent"), endless, endless])
    assert (rate.trials, rate.bounded, rate.covered, rate.detected) == (3, 1, 1, 0)
    assert rate.verdicts == {"equivalent": 1, "inconclusive": 2}


def test_tiny_is_right_up_to_the_margin_and_wrong_beyond():
    at = [replace(PLANTED, kind=replace(QUICK, planted=share)) for share in (0.002, 0.01, 0.02)]
    said = [replace(trial, verdict="tiny") for trial in at]
    assert tiny_right([*said, replace(at[2], verdict="slower")]) == (3, 2)


def test_the_order_effect_is_of_a_a_pairs_in_both_orders():
    turned = replace(A_A, ratio=1.01, turned=True)
    assert order_effect([A_A, turned, replace(PLANTED, ratio=9.0)]) == pytest.approx(
        0.00995, rel=1e-3
    )
    assert order_effect([A_A, A_A]) is None
