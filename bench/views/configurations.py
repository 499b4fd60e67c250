"""Configurations of a search, in words and in figures."""

from collections.abc import Sequence

from bench.analysis.figures import FIGURES, Figure, number
from bench.analysis.rows import Row
from bench.analysis.tuning import DEFAULT, Tuned, described
from bench.analysis.unbeaten import unbeaten
from bench.blocks import Cell, Column, Folded, Table
from bench.domain import Case
from bench.views.wording import heading, ratio, written

SHOWN = ("p50", "p99", "items_per_second", "peak_rss", "accuracy", "load")
ON_THE_FRONT = ("items_per_second", "peak_rss", "accuracy", "load")


def configuration(case: Case) -> str:
    """A configuration in a few words: `cpu, int8, 2 threads, batch 1, arena=0`."""
    facts = described(case)
    place = facts.pop("target").removeprefix("onnxruntime:")
    count, batch = facts.pop("threads"), facts.pop("batch")
    options = [f"{name}={value}" for name, value in facts.items() if name != "format"]
    threads = f"{count} thread{'' if count == '1' else 's'}"
    return ", ".join((place, facts["format"], threads, f"batch {batch}", *options))


def compared(rows: Sequence[Row]) -> Table:
    """The default, and the winner where there is one."""
    figures = _figures(SHOWN)
    return Table(
        (Column("Configuration", "name"), *_headed(figures, rows)),
        tuple(
            (_named(row, default=place == DEFAULT), *_read(figures, row))
            for place, row in enumerate(rows)
        ),
    )


def front(shown: Tuned) -> Folded:
    """Of all that was tried, what nothing as fast matches in memory, right answers and load."""
    figures, default = _figures(ON_THE_FRONT), shown.confirmed.rows[DEFAULT].outcome.case
    best = unbeaten(shown.tried, shown.aim)
    table = Table(
        (
            *(Column("Configuration", "name"), Column("In the race")),
            *_headed(figures, [row for _, row in best]),
        ),
        tuple(
            (
                _named(row, default=described(row.outcome.case) == described(default)),
                Cell(ratio(seconds), value=seconds),
                *_read(figures, row),
            )
            for seconds, row in best
        ),
        caption="What nothing as fast or faster matches in memory, right answers and load time. In"
        f" the race: time over the default's, not to be quoted{sampled([row for _, row in best])}.",
    )
    return Folded(f"The front: {len(best)} of all that were tried", (table,))


def sampled(rows: Sequence[Row]) -> str:
    """Of how many items accuracy is in a race, which counts those of a sample; "" without any."""
    totals = {row.counts.total for row in rows if row.counts}
    return f"; accuracy is of {max(totals):,} items there" if totals else ""


def _figures(names: Sequence[str]) -> list[Figure]:
    return [figure for name in names for figure in FIGURES if figure.name == name]


def _headed(figures: Sequence[Figure], rows: Sequence[Row]) -> list[Column]:
    cases = [row.outcome.case for row in rows]
    return [Column(heading(figure, cases)) for figure in figures]


def _named(row: Row, default: bool) -> Cell:
    return Cell(("default: " if default else "") + configuration(row.outcome.case))


def _read(figures: Sequence[Figure], row: Row) -> list[Cell]:
    return [Cell(written(figure, row), value=number(figure.of(row))) for figure in figures]
