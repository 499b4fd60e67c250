"""Fieller's interval against its definition and its promise."""

import numpy as np
import pytest
from scipy import stats

from bench.statistics.ratio_of_means import ratio_of_means


def test_the_ends_are_the_ratios_that_a_t_test_just_does_not_reject():
    above, below = [3.1, 2.8, 3.3, 3.0], [1.0, 1.1, 0.9, 1.05]
    ratio = ratio_of_means(above, below)
    for end in (ratio.low, ratio.high):
        rest = np.array(above) - end * np.array(below)
        assert stats.ttest_1samp(rest, 0).pvalue == pytest.approx(0.05)
    assert ratio.value == pytest.approx(12.2 / 4.05)
    assert ratio.low < ratio.value < ratio.high


def test_it_covers_as_often_as_it_says():
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(1_000):
        above, below = generator.normal(3, 0.3, 6), generator.normal(1, 0.15, 6)
        ratio = ratio_of_means(above, below)
        covered += ratio is not None and ratio.low <= 3 <= ratio.high
    assert 0.93 <= covered / 1_000 <= 0.97


@pytest.mark.parametrize(("above", "below"), [([1.0], [1.0]), ([1.0, 1.1, 0.9], [0.5, -0.4, 0.1])])
def test_what_nothing_bounds_has_no_interval(above, below):
    assert ratio_of_means(above, below) is None
