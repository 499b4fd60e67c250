"""A run against earlier runs, on drawn machines whose runs differ."""

import math

import numpy as np
import pytest
from scipy import stats

from bench.statistics.between_runs import BetweenRuns, measured_between_runs
from bench.statistics.runs import estimate_against_runs


def against(earlier, candidate):
    """A run against earlier ones of a day each."""
    days = [[run] for run in earlier]
    return estimate_against_runs(days, candidate, measured_between_runs(days))


def test_the_prediction_interval_of_students_t():
    earlier, candidate = [0.0, 0.01, -0.01, 0.02], [0.101, 0.1, 0.099]
    ratio = against(earlier, candidate)
    spread = np.std(earlier, ddof=1) * math.sqrt(1 + 1 / 4)
    reach = stats.t.ppf(0.975, 3) * spread
    assert math.log(ratio.value) == pytest.approx(0.1 - np.mean(earlier))
    assert math.log(ratio.high / ratio.value) == pytest.approx(reach)
    assert ratio.between == pytest.approx(np.std(earlier, ddof=1))


def test_a_noisier_run_counts_as_noisy_as_it_is():
    quiet = [0.0, 0.001, -0.001, 0.0005]
    ratio = against(quiet, [0.0, 0.2, 0.1])
    assert ratio.standard_error >= stats.sem([0.0, 0.2, 0.1])
    assert 2 <= ratio.freedom < 2.1


@pytest.mark.parametrize(("earlier", "candidate"), [([0, 0.1], [0, 0.1]), ([0, 0.1, 0.2], [0.1])])
def test_too_little_has_no_bounds(earlier, candidate):
    ratio = against(earlier, candidate)
    assert (ratio.low, ratio.high) == (0, math.inf)


@pytest.mark.parametrize(("between", "within"), [(0.02, 0.005), (0.0, 0.01), (0.01, 0.01)])
@pytest.mark.parametrize("count", [3, 10])
def test_runs_without_a_change_are_flagged_as_rarely_as_promised(between, within, count):
    chance = np.random.default_rng(7)
    flagged = 0
    for _ in range(600):
        means = chance.normal(0, between, count + 1)
        runs = means[:, None] + chance.normal(0, within, (count + 1, 5))
        ratio = against(runs[:-1].mean(axis=1), runs[-1])
        flagged += not ratio.low <= 1 <= ratio.high
    assert flagged <= 45  # 30 expected; binomial(600, 0.05) exceeds 45 three times in a thousand


@pytest.mark.parametrize("sides", [([], [0.1]), ([0.1], [])])
def test_nothing_to_compare_is_refused(sides):
    with pytest.raises(ValueError, match="at least one value"):
        estimate_against_runs(*sides, BetweenRuns(0.02))
