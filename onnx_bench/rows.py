"""Rows and comparisons of a report, flat: what each is called and what was measured of it."""

from dataclasses import dataclass, field
from typing import Any

from bench.analysis import comparison as of_two
from bench.analysis import figures, summary
from bench.analysis.comparison import State
from bench.analysis.rows import Interval
from bench.domain import Boundary, Status
from bench.views.holds import finding
from bench.views.names import told_apart
from onnx_bench.hints import in_python

__all__ = ["Comparison", "Interval", "Row", "comparison", "row"]


@dataclass(frozen=True, slots=True)
class Row:
    """A model on a target with a workload, and its figures.

    Times are in seconds of a call, `items_per_second` is at the mean time, `accuracy` a share of 1,
    `peak_rss` bytes. A figure is None where there is none; `reason` says why a row that is not
    `measured` has none at all. Intervals are at 95 %.
    """

    model: str
    target: str
    batch: int
    threads: int
    boundary: Boundary
    precision: str
    status: Status
    reason: str | None
    p50: Interval | None
    mean: Interval | None
    p90: Interval | None
    p99: Interval | None
    items_per_second: Interval | None
    accuracy: Interval | None
    correct: int | None
    total: int | None
    max_abs_diff: float | None
    load: float | None
    first: float | None
    peak_rss: int | None
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate against its baseline: `ratio` is of seconds per item, above 1 a slower candidate.

    `verdict` is faster, slower, equivalent, tiny, no difference detectable or inconclusive; where
    the two cannot be judged it is too few, disturbed or machines differ, and `why` says why.
    `low` and `high` bound the ratio at confidence `level`, together with all others of the report;
    they and the ratio are None where there is none. `sentence` says it in words.
    """

    baseline: str
    candidate: str
    verdict: State
    ratio: float | None
    low: float | None
    high: float | None
    level: float | None
    why: str
    sentence: str
    inner: of_two.Comparison = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.sentence


def row(inner: summary.Row) -> Row:
    """The flat row of an inner one."""
    case = inner.outcome.case
    told = {figure.name: figure.of(inner) for figure in figures.FIGURES}
    intervals = ("p50", "mean", "p90", "p99", "items_per_second", "accuracy")
    plain: tuple[str, ...] = ("correct", "total", "max_abs_diff", "load", "first", "peak_rss")
    read: dict[str, Any] = {name: _interval(told[name]) for name in intervals}
    read |= {name: told[name] for name in plain}
    return Row(
        model=case.model.name,
        target=str(case.target),
        batch=case.workload.batch,
        threads=case.workload.threads,
        boundary=case.workload.boundary,
        precision=case.workload.precision,
        status=inner.status,
        reason=inner.reason and in_python(inner.reason),
        advice=tuple(map(in_python, inner.advice)),
        **read,
    )


def comparison(inner: of_two.Comparison) -> Comparison:
    """The flat comparison of an inner one."""
    ratio = inner.ratio
    baseline, candidate = told_apart((inner.baseline, inner.candidate))
    sentence = f"{finding(inner, baseline, candidate)}." if inner.complete else inner.why
    return Comparison(
        baseline,
        candidate,
        inner.state,
        ratio.value if ratio else None,
        ratio.low if ratio else None,
        ratio.high if ratio else None,
        ratio.level if ratio else None,
        in_python(inner.why),
        in_python(sentence),
        inner,
    )


def _interval(reading: figures.Reading) -> Interval | None:
    """The value with its bounds, whatever it is an estimate of."""
    value, bounds = figures.number(reading), figures.bounds(reading)
    return None if value is None or bounds is None else Interval(value, *bounds)
