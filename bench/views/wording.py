"""How figures are written, the same in every format that people read."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bench.analysis.advice import fell_back_to
from bench.analysis.figures import Figure, Unit, number
from bench.analysis.summary import Row
from bench.domain import BUNDLED, Case, Measurement
from bench.statistics.estimate import Estimate, relative_half_width
from bench.statistics.percentiles import NotEstimable, Percentile
from bench.statistics.statistic import Statistic

MISSING = "–"
# What a ratio is of, by what is judged.
TIMES: Mapping[Statistic, str] = {
    "p50": "time",
    "mean": "mean time",
    "p90": "p90",
    "p99": "p99",
    "instructions": "instructions",
    "cycles": "cycles",
}
TOO_FEW = "too few"  # replicates or samples for a figure, or for an interval that tells anything
_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def heading(figure: Figure, cases: Sequence[Case]) -> str:
    """What a figure is called above a column of these cases: items by what they are."""
    items_a_second = figure.unit == "items/second"
    return figure.label.replace("Items", items(cases)) if items_a_second else figure.label


def items(cases: Sequence[Case]) -> str:
    """What a batch holds: images where every model is a bundled one, else inputs."""
    bundled = all((case.model.original or case.model.name) in BUNDLED for case in cases)
    return "Images" if bundled else "Inputs"


def written(figure: Figure, row: Row) -> str:
    """A figure of a row by its unit; a dash where the row has none."""
    reading = figure.of(row)
    if isinstance(reading, NotEstimable):
        return TOO_FEW
    if isinstance(reading, Percentile):
        return with_interval(reading)
    value = number(reading)
    if figure.unit in _WRITERS:
        return _WRITERS[figure.unit](value)
    return MISSING if value is None else f"{value:,.0f}"


def some(names: Iterable[str], most: int) -> str:
    """The first `most` names, and how many there are besides."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return f"{', '.join(listed[:most])}{more}"


def seconds(value: float | None) -> str:
    """Three significant digits with a fitting unit: `67.1 µs`."""
    if value is None:
        return MISSING
    scale, unit = _scaled(value)
    return f"{_significant(value / scale)} {unit}"


def with_interval(figure: Percentile) -> str:
    """Seconds with the ends of their interval in the same unit: `121 µs (114–130)`."""
    scale, _ = _scaled(figure.value)
    low, high = (_significant(end / scale) for end in (figure.low, figure.high))
    return f"{seconds(figure.value)} ({low}–{high})"


def rate(value: float | None) -> str:
    """Items per second, with thousands separated: `14,900`."""
    if value is None:
        return MISSING
    if value < 100:
        return _significant(value)
    digits = max(0, math.floor(math.log10(value)) - 2)
    return f"{round(value, -digits):,.0f}"


def share(value: float | None) -> str:
    """A share of 1 in percent with two digits, never rounded up to 100 %: `99.64 %`.

    Numbers that are far from their targets have an R² of any size below 0: `-1.2e+07 %`.
    """
    if value is None:
        return MISSING
    if value < -100:
        return f"{100 * value:.1e} %"
    return f"{math.floor(value * 1e4 + 1e-6) / 100:.2f} %"


def percent(value: float, digits: int) -> str:
    """A share of 1 in percent: `1.5 %`."""
    return f"{100 * value:.{digits}f} %"


def ratio(value: float) -> str:
    """A ratio of times: `0.956`, `12.3`."""
    return f"{value:.3f}" if value < 9.9995 else _significant(value)


def difference(value: float | None) -> str:
    """An absolute difference with two significant digits: `3.8e-06`."""
    return MISSING if value is None else f"{value:.1e}"


def plus_minus(row: Row) -> str:
    """Half the width of the median's interval in percent of it: `± 0.4 %`."""
    return half_width(row.p50)


def half_width(estimate: Estimate | None) -> str:
    """Half the width of an interval, as `either_way` writes it; a dash where there is none."""
    return MISSING if estimate is None else either_way(relative_half_width(estimate))


def either_way(width: float) -> str:
    """A share of 1 as `± 0.4 %`; a word from 100 % on, where an interval tells nothing."""
    return f"± {percent(width, 1)}" if width < 1 else TOO_FEW


def short_target(case: Case) -> str:
    """The short name: what is usual is left out, as in `cpu`, `torch:cuda`, `cuda device fp16`."""
    inside = f" @ {case.target.environment}" if case.target.environment else ""
    name = str(replace(case.target, environment="")).removeprefix("onnxruntime:") + inside
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


def memory(value: float | None) -> str:
    """Bytes as megabytes of a million, or what fits fewer: `77.8 MB`, `91.0 kB`, `310 B`."""
    if value is None:
        return MISSING
    if value < 999.5:
        return f"{value:.0f} B"
    scale, unit = (1e6, "MB") if value >= 999_500 else (1e3, "kB")
    return f"{_significant(value / scale)} {unit}"


def _whole(unit: str, scale: float = 1.0) -> Callable[[float | None], str]:
    """Whole numbers of a unit: `1,980 MHz`."""
    return lambda value: MISSING if value is None else f"{value / scale:,.0f} {unit}"


def _probability(value: float | None) -> str:
    return MISSING if value is None else f"{value:.2g}"


def _scaled(value: float) -> tuple[float, str]:
    """The unit in which seconds have one to three digits before the point."""
    return next((s for s in _SECONDS if abs(value) >= s[0] * 0.9995), _SECONDS[-1])


def _significant(value: float) -> str:
    """Three significant digits without an exponent."""
    if not value:
        return "0"
    exponent = int(f"{value:.2e}".partition("e")[2])  # of the rounded value: 9.996 is 10.0
    return f"{value:.{max(0, 2 - exponent)}f}"


def _number(value: float | None) -> str:
    return MISSING if value is None else f"{value:.3g}"


_WRITERS: Mapping[Unit, Callable[[float | None], str]] = {
    "seconds": seconds,
    "items/second": rate,
    "share": share,
    "bytes": memory,
    "difference": difference,
    "probability": _probability,
    "number": _number,
    "hertz": _whole("MHz", 1e6),
    "watts": _whole("W"),
    "celsius": _whole("°C"),
}
