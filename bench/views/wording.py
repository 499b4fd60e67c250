"""How figures are written, the same in every format that people read."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis.advice import fell_back_to
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.domain import Case, Measurement
from bench.models.catalog import BUNDLED
from bench.statistics.estimate import relative_half_width
from bench.statistics.percentiles import NotEstimable, Percentile

MISSING = "–"
_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands below it for a row; names may be folded, numbers never.

    What is of kind `extra` may be left out where there is no room for it.
    """

    heading: str
    cell: Callable[[Row], str]
    kind: Literal["name", "number", "interval", "extra"] = "number"


def columns(summaries: Sequence[Summary]) -> list[Column]:
    """The columns of a table; one for threads only where the rows differ in them."""
    rows = [row for summary in summaries for row in summary.rows]
    threads = {row.outcome.case.workload.threads for row in rows}
    return [
        Column("Model", lambda row: plain(row.outcome.case.model.name), "name"),
        Column("Target", lambda row: plain(target(row)), "name"),
        Column("Batch", lambda row: str(row.outcome.case.workload.batch)),
        *([Column("Threads", _threads)] if len(threads) > 1 else []),
        Column("p50", p50),
        Column("95 %", plus_minus, "interval"),
        Column("p99", lambda row: percentile(row.p99)),
        Column(f"{items(summaries)}/s", throughput),
        Column("Accuracy", accuracy),
        Column("Max diff", max_difference, "extra"),
        Column("Load", load, "extra"),
    ]


def cells(row: Row, shown: Sequence[Column]) -> list[str]:
    """What stands under the headings; a row without figures shows its status as p50."""
    return [column.cell(row) for column in shown]


def items(summaries: Sequence[Summary]) -> str:
    """What a batch holds: images where every model is a bundled one, else inputs."""
    rows = [row for summary in summaries for row in summary.rows]
    models = [row.outcome.case.model for row in rows]
    bundled = all((model.original or model.name) in BUNDLED for model in models)
    return "Images" if bundled else "Inputs"


def p50(row: Row) -> str:
    """The median, or the status of a row that has none."""
    return row.status if row.p50 is None else seconds(row.p50.value)


def throughput(row: Row) -> str:
    """Items per second at the median."""
    return rate(row.throughput.value if row.throughput else None)


def accuracy(row: Row) -> str:
    """The share of right answers."""
    return share(row.accuracy.value if row.accuracy else None)


def max_difference(row: Row) -> str:
    """The largest difference of an output to the reference's."""
    return difference(row.counts.max_abs_diff if row.counts else None)


def load(row: Row) -> str:
    """Seconds to open a session."""
    return seconds(row.cold.load if row.cold else None)


def _threads(row: Row) -> str:
    return str(row.outcome.case.workload.threads)


def seconds(value: float | None) -> str:
    """Three significant digits with a fitting unit: `67.1 µs`."""
    if value is None:
        return MISSING
    scale, unit = next((s for s in _SECONDS if abs(value) >= s[0] * 0.9995), _SECONDS[-1])
    return f"{_significant(value / scale)} {unit}"


def rate(value: float | None) -> str:
    """Items per second, with thousands separated: `14,900`."""
    if value is None:
        return MISSING
    if value < 100:
        return _significant(value)
    digits = max(0, math.floor(math.log10(value)) - 2)
    return f"{round(value, -digits):,.0f}"


def share(value: float | None) -> str:
    """A share of 1 in percent with two digits, never rounded up to 100 %: `99.64 %`."""
    return MISSING if value is None else f"{math.floor(value * 1e4 + 1e-6) / 100:.2f} %"


def percent(value: float, digits: int) -> str:
    """A share of 1 in percent: `1.5 %`."""
    return f"{100 * value:.{digits}f} %"


def difference(value: float | None) -> str:
    """An absolute difference with two significant digits: `3.8e-06`."""
    return MISSING if value is None else f"{value:.1e}"


def percentile(value: Percentile | NotEstimable | None) -> str:
    """Seconds, or how many samples there were where they do not suffice."""
    if isinstance(value, NotEstimable):
        return f"n = {value.n}"
    return seconds(value.value if value else None)


def plus_minus(row: Row) -> str:
    """Half the width of the median's interval in percent of it: `± 0.4 %`."""
    if row.p50 is None:
        return MISSING
    width = relative_half_width(row.p50)
    return f"± {percent(width, 1)}" if math.isfinite(width) else "± ?"


def short_target(case: Case) -> str:
    """The short name: what is usual is left out, as in `cpu`, `torch:cuda`, `cuda device fp16`."""
    name = str(case.target).removeprefix("onnxruntime:")
    workload = case.workload
    boundary = "" if workload.boundary == "host" else f" {workload.boundary}"
    precision = " native" if workload.native else ""
    options = "".join(f" {key}={value}" for key, value in workload.options.items())
    return f"{name}{boundary}{precision}{options}"


def target(row: Row) -> str:
    """The short name, and what ran instead where all nodes fell back: `cuda → CPU…`."""
    name = short_target(row.outcome.case)
    instead = fell_back_to(row.outcome) if isinstance(row.outcome, Measurement) else ""
    return f"{name} → {instead}" if instead else name


def memory(value: int | None) -> str:
    """Bytes as megabytes of a million: `77.8 MB`."""
    return MISSING if value is None else f"{_significant(value / 1e6)} MB"


def _significant(value: float) -> str:
    """Three significant digits without an exponent."""
    if not value:
        return "0"
    exponent = int(f"{value:.2e}".partition("e")[2])  # of the rounded value: 9.996 is 10.0
    return f"{value:.{max(0, 2 - exponent)}f}"


# What a fresh process costs, and the largest memory that it took.
COLD = [
    Column("Import", lambda row: seconds(row.cold.import_ if row.cold else None)),
    Column("Load", load),
    Column("Cached", lambda row: seconds(row.cached_load)),
    Column("First call", lambda row: seconds(row.cold.first if row.cold else None)),
    Column("Memory", lambda row: memory(row.peak_rss)),
]
