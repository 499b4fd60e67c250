"""Intervals and tests for counts of right answers."""

import math

from bench.statistics.distributions import binomial_cdf, normal_quantile


def wilson_interval(correct: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """The accuracy correct / total as low and high in 0..1 (Wilson 1927).

    Raises ValueError unless 0 <= correct <= total and total > 0.
    """
    if not 0 <= correct <= total or not total:
        raise ValueError(f"{correct} of {total} is not an accuracy")
    z = normal_quantile((1 + level) / 2)
    share = correct / total
    scale = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    reach = z / scale * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    # Rounding must not exclude a share of exactly 0 or 1.
    low = 0.0 if correct == 0 else centre - reach
    return low, 1.0 if correct == total else centre + reach


def mcnemar_p_value(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value that two models are equally accurate (McNemar 1947).

    The counts are of inputs that only the first, and only the second, gets right; given their sum
    they are binomial with probability 1/2. 1 where the two never differ.
    """
    differing = only_first + only_second
    return min(1.0, 2 * binomial_cdf(min(only_first, only_second), differing, 0.5))
