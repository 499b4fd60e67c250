"""The rows of a report for a spreadsheet: what names each, what became of it, and every figure."""

from collections.abc import Iterator, Mapping

from bench.analysis import figures
from bench.analysis.figures import Figure
from bench.analysis.summary import Row
from bench.blocks import Value

_FACTS = (
    *("model", "sha256", "target", "batch", "threads", "boundary", "precision", "options"),
    *("seed", "status", "reason"),
)
# Texts that say what the figure is about before which they stand.
_BEFORE = {"correct": "dataset", "gained": "original"}


def columns() -> tuple[str, ...]:
    """Their names, in order; a figure with an interval has three."""
    named = list(_FACTS)
    for figure in figures.FIGURES:
        if figure.name in _BEFORE:
            named.append(_BEFORE[figure.name])
        named.append(figure.column)
        if figure.interval:
            named += _ends(figure)
    return tuple(named)


def record(row: Row) -> Mapping[str, Value]:
    """The cells of one row; what it lacks is left out."""
    case, workload = row.outcome.case, row.outcome.case.workload
    facts: dict[str, Value] = {
        "model": case.model.name,
        "sha256": case.model.sha256,
        "target": str(case.target),
        "batch": workload.batch,
        "threads": workload.threads,
        "boundary": workload.boundary,
        "precision": workload.precision,
        "options": " ".join(f"{key}={value}" for key, value in workload.options.items()),
        "seed": workload.seed,
        "status": row.status,
        "reason": row.reason,
        "original": case.model.original,
        "dataset": row.counts.dataset if row.counts else None,
    }
    return facts | dict(_figures(row))


def _figures(row: Row) -> Iterator[tuple[str, Value]]:
    for figure in figures.FIGURES:
        reading = figure.of(row)
        yield figure.column, figures.number(reading)
        if ends := figures.bounds(reading):
            yield from zip(_ends(figure), ends, strict=True)


def _ends(figure: Figure) -> tuple[str, str]:
    return f"{figure.name}_low", f"{figure.name}_high"
