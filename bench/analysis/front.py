"""The Pareto front of latency and accuracy: rows that no other row beats in both."""

from dataclasses import dataclass

from bench.analysis.drops import dropped
from bench.analysis.pairs import ratios
from bench.analysis.summary import Row, Summary
from bench.statistics.estimate import Estimate, at_level
from bench.statistics.multiple import level_of_each
from bench.statistics.pareto import front


@dataclass(frozen=True, slots=True)
class Front:
    """Rows, by index, that answer one workload and data set, and those of them on the front.

    Both in order of seconds, by the point estimates: `undecided` tells which others may be on it.
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


def undecided(summary: Summary, front: Front) -> tuple[int, ...]:
    """Rows off the front that may be on it, since no row of it surely beats them.

    One does where it is surely faster and as often right, or as fast and surely more often right.
    All of these intervals hold together; those of accuracies are cautious, of counts alone.
    """
    off = [index for index in front.rows if index not in front.best]
    pairs = [(best, index) for index in off for best in front.best]
    level = level_of_each(2 * len(pairs))
    surely = {
        (best, index)
        for (best, index), ratio in zip(pairs, ratios(summary.report.outcomes, pairs), strict=True)
        if _beats(summary.rows[best], summary.rows[index], at_level(ratio, level), level)
    }
    return tuple(i for i in off if not any((best, i) in surely for best in front.best))


def _beats(best: Row, other: Row, ratio: Estimate, level: float) -> bool:
    """Whether `best` is surely better in one of the two; `ratio` is of the other's seconds."""
    ours, theirs = best.counts, other.counts
    drop = dropped(ours, theirs, level) if ours and theirs else None
    if drop is None:
        return False
    return (drop.value >= 0 and ratio.low > 1) or (ratio.value >= 1 and drop.low > 0)


def _seconds(row: Row) -> float:
    assert row.p50
    return row.p50.value


def _accuracy(row: Row) -> float:
    assert row.accuracy
    return row.accuracy.value
