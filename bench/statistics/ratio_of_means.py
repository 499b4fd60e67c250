"""The ratio of two means, with Fieller's interval."""

import math
from collections.abc import Sequence

import numpy

from bench.statistics.distributions import student_t_quantile
from bench.statistics.means import Mean


def ratio_of_means(
    numerators: Sequence[float], denominators: Sequence[float], level: float = 0.95
) -> Mean | None:
    """Mean of `numerators` over that of `denominators`, pair by pair, in their units' ratio.

    The ratios that a t test of numerator - ratio x denominator does not reject (Fieller 1954). None
    where no interval bounds them: fewer than two pairs, or a denominator that may be 0.
    """
    count = len(numerators)
    if count < 2:
        return None
    above, below = float(numpy.mean(numerators)), float(numpy.mean(denominators))
    variances = numpy.cov(numerators, denominators) / count
    square = student_t_quantile((1 + level) / 2, count - 1) ** 2
    (top, both), (_, bottom) = ((float(v) * square for v in row) for row in variances)
    lead = below**2 - bottom
    if lead <= 0:
        return None
    middle = above * below - both
    reach = math.sqrt(max(0.0, middle**2 - lead * (above**2 - top)))
    return Mean(above / below, (middle - reach) / lead, (middle + reach) / lead)
