"""A figure with its interval, for programs and for spreadsheets."""

import math
from typing import Any

from bench.records.document import finite
from bench.statistics.differences import Drop
from bench.statistics.estimate import Estimate

WIDEST = 100.0  # how far apart the ends of an interval may be that leaves open who is faster


def is_bounded(ratio: Estimate) -> bool:
    """Whether the interval of a ratio tells anything: of two replicates it may span thousands."""
    if not math.isfinite(ratio.high):
        return False
    return not ratio.low < 1 < ratio.high or ratio.high <= WIDEST * ratio.low


def fields(figure: Estimate | Drop | None) -> dict[str, Any] | None:
    """The value, its bounds and their level, in the units of the figure; None for no figure."""
    if figure is None:
        return None
    return {
        "value": figure.value,
        "low": figure.low,
        "high": finite(figure.high),
        "level": figure.level,
    }


def bounds(
    figure: Estimate | Drop | None, name: str, prefix: str
) -> dict[str, str | int | float | None]:
    """The value and its bounds, each in a column; all of them empty for no figure."""
    return {
        name: figure.value if figure else None,
        f"{prefix}_low": figure.low if figure else None,
        f"{prefix}_high": finite(figure.high) if figure else None,
    }
