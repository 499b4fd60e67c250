"""The columns of a report's table: what names a row, then every figure that is shown."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis import figures
from bench.analysis.figures import Figure
from bench.analysis.summary import Row, Summary
from bench.blocks import Value
from bench.statistics.estimate import Estimate, relative_half_width
from bench.views import wording

Level = Literal["key", "spread"] | figures.Shown


@dataclass(frozen=True, slots=True)
class Shown:
    """A heading, and what stands below it for a row, as text and as the value that it sorts by.

    `level` tells what names a row (`key`), the width of the interval (`spread`), and otherwise
    where the figure is shown.
    """

    heading: str
    level: Level
    text: Callable[[Row], str]
    value: Callable[[Row], Value]
    kind: Literal["name", "number"] = "number"


def columns(summaries: Sequence[Summary], *levels: Level) -> list[Shown]:
    """Those of `levels`, in the order of the list of figures; by default all that are shown."""
    made = [*_keys(summaries)]
    rows = [row for summary in summaries for row in summary.rows]
    for figure in figures.FIGURES:
        if figure.sparse and all(figure.of(row) is None for row in rows):
            continue
        made.append(_column(figure, summaries))
        if figure.spread:
            made.append(_spread(figure))
    return [column for column in made if column.level in (levels or ALL)]


ALL: tuple[Level, ...] = ("key", "first", "spread", "second", "room", "details")


def _keys(summaries: Sequence[Summary]) -> list[Shown]:
    """What names a row; threads only where the rows differ in them."""
    rows = [row for summary in summaries for row in summary.rows]
    threads = {row.outcome.case.workload.threads for row in rows}
    keys = [
        _key("Model", lambda row: row.outcome.case.model.name),
        _key("Target", wording.target),
        _key("Batch", lambda row: row.outcome.case.workload.batch),
    ]
    if len(threads) > 1:
        keys.append(_key("Threads", lambda row: row.outcome.case.workload.threads))
    return keys


def _key(heading: str, of: Callable[[Row], str | int]) -> Shown:
    kind: Literal["name", "number"] = "number" if heading in ("Batch", "Threads") else "name"
    return Shown(heading, "key", lambda row: str(of(row)), of, kind)


def _column(figure: Figure, summaries: Sequence[Summary]) -> Shown:
    """The median of a row that has none is what became of the row."""

    def text(row: Row) -> str:
        return row.status if leading and row.p50 is None else wording.written(figure, row)

    leading = figure.name == "p50"
    cases = [row.outcome.case for summary in summaries for row in summary.rows]
    label = wording.heading(figure, cases)
    return Shown(label, figure.shown, text, lambda row: figures.number(figure.of(row)))


def _spread(figure: Figure) -> Shown:
    """Half the width of the interval in percent, which sorts by that share."""

    def estimate(row: Row) -> Estimate | None:
        reading = figure.of(row)
        return reading if isinstance(reading, Estimate) else None

    def value(row: Row) -> float | None:
        reading = estimate(row)
        width = relative_half_width(reading) if reading else math.inf
        return width if math.isfinite(width) else None

    return Shown(figure.spread, "spread", lambda row: wording.half_width(estimate(row)), value)
