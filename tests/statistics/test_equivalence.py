"""Monte Carlo: how often "too little to matter" is said of what does matter."""

import math

import numpy as np
import pytest

from bench.statistics.replicates import estimate_logs
from bench.statistics.verdict import MARGIN, verdict

TRIALS, REPLICATES = 2_000, 10


def verdicts(log_ratio, deviation):
    """Of runs whose replicates spread by `deviation` around the true `log_ratio`."""
    generator = np.random.default_rng(1)
    for values in generator.normal(log_ratio, deviation, size=(TRIALS, REPLICATES)):
        yield verdict(estimate_logs([np.array([value]) for value in values]))


@pytest.mark.parametrize("deviation", [0.002, 0.005, 0.01])
def test_a_difference_at_the_margin_is_rarely_called_too_little_to_matter(deviation):
    said = list(verdicts(math.log1p(MARGIN), deviation))
    small = sum(word in ("tiny", "equivalent") for word in said)
    assert small / TRIALS <= 0.035  # 2.5 %, and four standard errors of 2,000 trials


def test_a_difference_well_inside_the_margin_is_called_so():
    said = list(verdicts(math.log1p(MARGIN / 2), 0.002))
    assert said.count("tiny") / TRIALS > 0.99
