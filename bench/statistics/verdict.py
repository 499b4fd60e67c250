"""What an interval on a ratio of seconds allows one to say."""

import math
from typing import Literal

from bench.statistics.distributions import student_t_quantile
from bench.statistics.estimate import Estimate

Verdict = Literal[
    "faster", "slower", "equivalent", "tiny", "no difference detectable", "inconclusive"
]

MARGIN = 0.01  # a difference below 1 % rarely decides which target to use


def verdict(ratio: Estimate, margin: float = MARGIN) -> Verdict:
    """Of the candidate, from its seconds over those of the baseline (below 1: faster).

    | interval | includes 1 | excludes 1 |
    | --- | --- | --- |
    | whole within the margin | `equivalent` | `tiny` |
    | reaches beyond the margin | `no difference detectable` | `faster` or `slower` |
    | has no bounds (fewer than two replicates) | `inconclusive` | |

    "Too little to matter" is claimed of the whole interval, never of its middle: an interval within
    the margin is two one-sided tests against its ends (Schuirmann 1987), each at (1 - level) / 2.
    The margin is the same on both sides in the logarithm, 1 / (1 + margin) to 1 + margin, so that
    swapping the two Cases mirrors the verdict.
    """
    if not math.isfinite(ratio.high):
        return "inconclusive"
    inside = 1 / (1 + margin) <= ratio.low and ratio.high <= 1 + margin
    if not flagged(ratio):
        return "equivalent" if inside else "no difference detectable"
    if inside:
        return "tiny"
    return "slower" if ratio.value > 1 else "faster"


def flagged(ratio: Estimate) -> bool:
    """Whether the interval excludes 1."""
    return not ratio.low <= 1 <= ratio.high


def smallest_detectable_effect(ratio: Estimate, power: float = 0.8) -> float:
    """The relative difference flagged with this probability by as many replicates: 0.01 is 1 %.

    exp((t_(1+level)/2 + t_power) standard error) - 1, the minimum detectable effect of Bloom
    (1995), close to the noncentral t above two replicates; inf where the interval has no bounds.
    """
    if not ratio.freedom:
        return math.inf
    reach = student_t_quantile((1 + ratio.level) / 2, ratio.freedom)
    exponent = (reach + student_t_quantile(power, ratio.freedom)) * ratio.standard_error
    return math.expm1(exponent) if exponent < 700 else math.inf  # 700: the range of a float
