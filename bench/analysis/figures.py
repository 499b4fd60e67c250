"""Every figure of a row, declared once: each format and gate loops over the list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bench.analysis.summary import Interval, Row
from bench.records.document import finite
from bench.statistics.estimate import Estimate
from bench.statistics.percentiles import NotEstimable, Percentile

Reading = Estimate | Interval | Percentile | NotEstimable | float | None
Unit = Literal[
    "seconds",
    "items/second",
    "bytes",
    "share",
    "difference",
    "probability",
    "number",
    "count",
    "hertz",
    "watts",
    "celsius",
]
Better = Literal["lower", "higher", "neither"]
# Where people see it, from everywhere to nowhere: `first` decides and stands in every table,
# `second` in a terminal where it fits, `room` there too and the first to go, `details` in the
# folded part of a document and on a page; programs and spreadsheets read `data` as all others.
Shown = Literal["first", "second", "room", "details", "data"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What can be said of a row in one number: seconds, items per second, bytes, shares of 1.

    `name` is its key in JSON and, with the unit, its column in CSV; `label` stands above it in
    tables; `of` reads it from a row, None where the row has none. `interval` tells that it comes
    with one, whose half width has a column of its own where `spread` heads it. What not every
    report has is `sparse`: it has no column in a table without such a row.
    """

    name: str
    label: str
    unit: Unit
    better: Better
    of: Callable[[Row], Reading]
    shown: Shown = "data"
    interval: bool = False
    spread: str = ""
    sparse: bool = False

    @property
    def column(self) -> str:
        """The column of a spreadsheet."""
        return f"{self.name}_{self.unit}" if self.unit in ("seconds", "bytes") else self.name


def number(reading: Reading) -> float | None:
    """The figure itself, without its interval; None where it cannot be told."""
    if isinstance(reading, Estimate | Interval | Percentile):
        return reading.value
    return None if isinstance(reading, NotEstimable) else reading


def bounds(reading: Reading) -> tuple[float, float] | None:
    """The ends of its interval, of which the upper one may be infinite; None where it has none."""
    if isinstance(reading, Estimate | Interval | Percentile):
        return reading.low, reading.high
    return None


def readings(row: Row) -> dict[str, Any]:
    """All figures of a row for JSON: value, interval, unit and which way is better, by name."""
    told = {}
    for figure in FIGURES:
        reading = figure.of(row)
        if reading is not None:
            low, high = bounds(reading) or (None, None)
            told[figure.name] = {
                "value": finite(number(reading)),
                "low": low,
                "high": finite(high),
                "unit": figure.unit,
                "better": figure.better,
            }
    return told


def _count(name: str) -> Callable[[Row], Reading]:
    return lambda row: getattr(row.counts, name) if row.counts else None


def _error(name: str) -> Callable[[Row], Reading]:
    """Of numbers that were held against targets, in the targets' unit."""
    return lambda row: (
        getattr(row.counts.errors, name) if row.counts and row.counts.errors else None
    )


def _cold(name: str) -> Callable[[Row], Reading]:
    return lambda row: getattr(row.cold, name) if row.cold else None


def _gpu(name: str) -> Callable[[Row], Reading]:
    """The median over the slots of what the GPU said at their ends."""
    return lambda row: row.gpu[name] if row.gpu else None


# In the order of the columns.
FIGURES: tuple[Figure, ...] = (
    Figure(
        "p50",
        "p50",
        "seconds",
        "lower",
        lambda row: row.p50,
        "first",
        spread="± time",
        interval=True,
    ),
    Figure("mean", "Mean", "seconds", "lower", lambda row: row.mean, "details", interval=True),
    Figure("p90", "p90", "seconds", "lower", lambda row: row.p90, interval=True),
    Figure("p99", "p99", "seconds", "lower", lambda row: row.p99, "second", True),
    Figure(
        "instructions",
        "Instructions",
        "count",
        "lower",
        lambda row: row.instructions,
        "details",
        interval=True,
        sparse=True,
    ),
    Figure(
        "cycles",
        "Cycles",
        "count",
        "lower",
        lambda row: row.cycles,
        "details",
        interval=True,
        sparse=True,
    ),
    Figure("samples", "Samples", "count", "neither", lambda row: row.samples or None),
    Figure("disturbed", "Disturbed", "share", "lower", lambda row: row.disturbed, "details"),
    Figure(
        "items_per_second",
        "Items/s",
        "items/second",
        "higher",
        lambda row: row.throughput,
        "first",
        True,
    ),
    Figure("correct", "Correct", "count", "higher", _count("correct")),
    Figure("total", "Total", "count", "neither", _count("total")),
    Figure(
        "accuracy",
        "Accuracy",
        "share",
        "higher",
        lambda row: row.accuracy,
        "first",
        interval=True,
        sparse=True,
    ),
    Figure("mae", "MAE", "number", "lower", _error("mean"), "second", sparse=True),
    Figure("rmse", "RMSE", "number", "lower", _error("root_mean_square"), "room", sparse=True),
    Figure(
        "max_abs_diff",
        "Max diff",
        "difference",
        "lower",
        _count("max_abs_diff"),
        "room",
        sparse=True,
    ),
    Figure("disagreements", "Disagreements", "count", "lower", _count("disagreements")),
    Figure("not_finite", "Not finite", "count", "lower", _count("not_finite")),
    Figure("gained", "Gained", "count", "higher", _count("gained")),
    Figure("lost", "Lost", "count", "lower", _count("lost")),
    Figure("p_value", "p value", "probability", "neither", lambda row: row.p_value),
    Figure("import", "Import", "seconds", "lower", _cold("import_"), "details"),
    Figure("load", "Load", "seconds", "lower", _cold("load"), "room"),
    Figure("cached_load", "Cached", "seconds", "lower", lambda row: row.cached_load, "details"),
    Figure("first", "First call", "seconds", "lower", _cold("first"), "details"),
    Figure("second", "Second call", "seconds", "lower", _cold("second")),
    Figure("peak_rss", "Memory", "bytes", "lower", lambda row: row.peak_rss, "details"),
    Figure(
        "gpu_memory",
        "GPU memory",
        "bytes",
        "lower",
        lambda row: row.gpu_memory,
        "details",
        sparse=True,
    ),
    Figure("gpu_clock", "GPU clock", "hertz", "neither", _gpu("clock"), "details", sparse=True),
    Figure("gpu_power", "GPU power", "watts", "neither", _gpu("power"), "details", sparse=True),
    Figure(
        "gpu_temperature",
        "GPU temperature",
        "celsius",
        "neither",
        _gpu("temperature"),
        "details",
        sparse=True,
    ),
)
