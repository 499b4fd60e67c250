"""A figure with its interval, for programs and for spreadsheets."""

from typing import Any

from bench.records.document import finite
from bench.statistics.differences import Drop
from bench.statistics.estimate import Estimate


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
