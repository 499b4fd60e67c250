"""The Pareto front of latency and accuracy: rows that no other row beats in both."""

from dataclasses import dataclass

from bench.analysis.summary import Row, Summary
from bench.statistics.pareto import front


@dataclass(frozen=True, slots=True)
class Front:
    """Rows, by index, that answer one workload and data set, and those of them on the front.

    Both in order of seconds; by the point estimates, so that rows within each other's intervals
    may change places in another measurement.
    """

    dataset: str
    batch: int
    rows: tuple[int, ...]
    best: tuple[int, ...]


def fronts(summary: Summary) -> tuple[Front, ...]:
    """One for each batch, boundary and data set, whatever the precision and threads."""
    groups: dict[tuple[str, int, str], list[int]] = {}
    for index, row in enumerate(summary.rows):
        if row.p50 and row.accuracy and row.counts:
            workload = row.outcome.case.workload
            key = (row.counts.dataset, workload.batch, workload.boundary)
            groups.setdefault(key, []).append(index)
    made = []
    for (dataset, batch, _), indices in groups.items():
        ordered = sorted(indices, key=lambda index: _seconds(summary.rows[index]))
        rows = [summary.rows[index] for index in ordered]
        best = front([_seconds(row) for row in rows], [_accuracy(row) for row in rows])
        made.append(Front(dataset, batch, tuple(ordered), tuple(ordered[i] for i in best)))
    return tuple(made)


def _seconds(row: Row) -> float:
    assert row.p50
    return row.p50.value


def _accuracy(row: Row) -> float:
    assert row.accuracy
    return row.accuracy.value
