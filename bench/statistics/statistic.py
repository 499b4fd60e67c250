"""By which statistic of its calls the speed of a row is judged."""

from typing import Literal, get_args

Counted = Literal["instructions", "cycles"]
Statistic = Literal["p50", "mean", "p90", "p99", "instructions", "cycles"]

COUNTED: tuple[Counted, ...] = get_args(Counted)  # not of seconds, and one number a slot
FRACTIONS: dict[Statistic, float] = {"p90": 0.9, "p99": 0.99}


def least_calls(statistic: Statistic) -> int:
    """The calls of a replicate without which it has no such percentile: one beyond it, on average.

    10 for p90 and 100 for p99; others are those of any number.
    """
    fraction = FRACTIONS.get(statistic)
    return 1 if fraction is None else round(1 / (1 - fraction))
