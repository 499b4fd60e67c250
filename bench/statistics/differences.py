"""The difference of two accuracies on the same labelled items, from counts."""

import math
from dataclasses import dataclass, replace

from bench.statistics.distributions import normal_quantile, student_t_quantile


@dataclass(frozen=True, slots=True)
class Drop:
    """Accuracy lost from a baseline to a candidate, a share of 1, with an interval at `level`.

    `value` is what was counted; `centre` and `standard_error` are those of the interval, which
    Student's t gives where `freedom` is finite. No drop is larger than `most`.
    """

    value: float
    low: float
    high: float
    level: float
    centre: float
    standard_error: float
    freedom: float = math.inf
    most: float = 1.0


def most_differing(first: int, second: int, total: int) -> int:
    """How many items one may get right and the other wrong, at most, by their right answers.

    Such an item is wrong for one of the two, and no wrong answer is counted twice.
    """
    return min(total, 2 * total - first - second)


def estimate_drop(
    baseline: int, candidate: int, total: int, differing: int, level: float = 0.95
) -> Drop:
    """The drop from `baseline` to `candidate` right answers out of the same `total` items.

    `differing` counts the items that only one of the two gets right. The adjusted Wald interval for
    paired proportions (Bonett and Price 2012) needs no more than that, and it widens with
    `differing`, so an upper bound of it gives a cautious interval. Raises ValueError for counts
    that cannot be.
    """
    lost = baseline - candidate
    most = most_differing(baseline, candidate, total)
    if not (total and all(0 <= correct <= total for correct in (baseline, candidate))):
        raise ValueError(f"{baseline} and {candidate} of {total} are not accuracies")
    if not abs(lost) <= differing <= most:
        raise ValueError(f"{differing} of {total} items cannot differ by {lost} right answers")
    # One item is added to each of the two kinds that differ, as Agresti and Coull do for one share.
    centre = lost / (total + 2)
    share = (differing + 2) / (total + 2)
    error = math.sqrt((share - centre**2) / (total + 2))
    return drop_at_level(Drop(lost / total, 0.0, 0.0, level, centre, error), level)


def drop_at_level(drop: Drop, level: float) -> Drop:
    """The same drop with its interval at another confidence level, 0 < level < 1."""
    probability = (1 + level) / 2
    if math.isfinite(drop.freedom):
        reach = student_t_quantile(probability, drop.freedom) * drop.standard_error
    else:
        reach = normal_quantile(probability) * drop.standard_error
    low, high = max(-drop.most, drop.centre - reach), min(drop.most, drop.centre + reach)
    return replace(drop, low=low, high=high, level=level)
