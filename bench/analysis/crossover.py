"""Throughput against batch: which rows make one line, and from which batch one line wins."""

from dataclasses import dataclass

from bench.analysis.summary import Comparison, Summary
from bench.domain import Case
from bench.statistics.estimate import Estimate

_Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Measured rows, by index, that differ in nothing but the batch, in its order."""

    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Crossover:
    """Two lines, by their first cases, over the batches at which they were compared.

    `winner` is the case that is faster, by the verdict, at `batch` and at every larger one;
    `ratio` is of the candidate's seconds over the baseline's at `batch`. None where the largest
    batch has no faster side. `always` tells that the winner wins at the smallest batch too.
    """

    baseline: Case
    candidate: Case
    batches: tuple[int, ...]
    winner: Case | None = None
    batch: int | None = None
    ratio: Estimate | None = None

    @property
    def always(self) -> bool:
        """Whether the winner wins at all batches, so that nothing crosses."""
        return self.batch == self.batches[0]


def lines(summary: Summary) -> tuple[Line, ...]:
    """Every line of the table, of one batch or more, in the order of its first rows."""
    groups: dict[_Key, list[int]] = {}
    for index, row in enumerate(summary.rows):
        if row.p50:
            groups.setdefault(_key(row.outcome.case), []).append(index)
    return tuple(
        Line(tuple(sorted(group, key=lambda index: _batch(summary, index))))
        for group in groups.values()
    )


def crossovers(summary: Summary) -> tuple[Crossover, ...]:
    """One for each two lines that were compared at two batches or more."""
    pairs: dict[tuple[_Key, _Key], list[Comparison]] = {}
    for comparison in summary.comparisons:
        sides = _key(comparison.baseline.case), _key(comparison.candidate.case)
        pairs.setdefault(sides, []).append(comparison)
    return tuple(_crossover(compared) for compared in pairs.values() if len(compared) > 1)


def _crossover(compared: list[Comparison]) -> Crossover:
    ordered = sorted(compared, key=_compared_batch)
    baseline, candidate = ordered[0].baseline.case, ordered[0].candidate.case
    batches = tuple(map(_compared_batch, ordered))
    verdict = ordered[-1].verdict
    if verdict not in ("faster", "slower"):
        return Crossover(baseline, candidate, batches)
    first = len(ordered) - 1
    while first and ordered[first - 1].verdict == verdict:
        first -= 1
    winner = candidate if verdict == "faster" else baseline
    return Crossover(baseline, candidate, batches, winner, batches[first], ordered[first].ratio)


def _compared_batch(comparison: Comparison) -> int:
    return comparison.baseline.case.workload.batch


def _batch(summary: Summary, index: int) -> int:
    return summary.rows[index].outcome.case.workload.batch


def _key(case: Case) -> _Key:
    """All that stays the same along a line; a model's mappings cannot be hashed."""
    model, workload = case.model, case.workload
    kept = (workload.threads, workload.boundary, workload.precision, workload.seed)
    options = tuple(f"{name}={value}" for name, value in sorted(workload.options.items()))
    return (model.name, model.path, model.sha256, str(case.target), *kept, *options)
