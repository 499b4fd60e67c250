"""How figures are written, the same in every format that people read."""

import math

from bench.console import plain
from bench.domain import Case
from bench.models.catalog import BUNDLED
from bench.statistics.estimate import relative_half_width
from bench.statistics.percentiles import NotEstimable, Percentile
from bench.summary import Row, Summary

MISSING = "–"
_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


HEADINGS = (
    "Model",
    "Target",
    "Batch",
    "p50",
    "95 %",
    "p99",
    "{}/s",
    "Accuracy",
    "Max diff",
    "Load",
)


def headings(summary: Summary) -> list[str]:
    """Column headings; data items are images where every model is a bundled one."""
    bundled = all(row.outcome.case.model.name in BUNDLED for row in summary.rows)
    return [heading.format("Images" if bundled else "Inputs") for heading in HEADINGS]


def cells(row: Row) -> list[str]:
    """What stands under the headings; a row without figures shows its status as p50."""
    case = row.outcome.case
    return [
        plain(case.model.name),
        plain(short_target(case)),
        str(case.workload.batch),
        row.status if row.p50 is None else seconds(row.p50.value),
        plus_minus(row),
        percentile(row.p99),
        rate(row.throughput.value if row.throughput else None),
        share(row.accuracy.value if row.accuracy else None),
        difference(row.counts.max_abs_diff if row.counts else None),
        seconds(row.cold.load if row.cold else None),
    ]


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
    """The short name: the runtime is left out while it is onnxruntime."""
    return str(case.target).removeprefix("onnxruntime:")


def _significant(value: float) -> str:
    """Three significant digits without an exponent."""
    if not value:
        return "0"
    exponent = int(f"{value:.2e}".partition("e")[2])  # of the rounded value: 9.996 is 10.0
    return f"{value:.{max(0, 2 - exponent)}f}"
