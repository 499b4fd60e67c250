"""Right answers of two rows to the same items, tested against each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.accuracy.paired import gained_and_lost, unpacked
from bench.analysis.summary import Summary
from bench.domain import Accuracy
from bench.statistics.multiple import holm_adjusted
from bench.statistics.proportions import mcnemar_p_value


@dataclass(frozen=True, slots=True)
class Answered:
    """How many items only the candidate, and only the baseline, gets right.

    `p_value` is McNemar's exact one of both being as accurate.
    """

    gained: int
    lost: int
    p_value: float


def answered(baseline: Accuracy | None, candidate: Accuracy | None) -> Answered | None:
    """None where one has no accuracy, was asked other items, or is of an earlier release."""
    if not baseline or not candidate or not (baseline.right and candidate.right):
        return None
    if _asked(baseline) != _asked(candidate):
        return None
    gained, lost = gained_and_lost(
        *(unpacked(side.right, side.total) for side in (baseline, candidate))
    )
    return Answered(gained, lost, mcnemar_p_value(gained, lost))


def corrected(summary: Summary) -> Mapping[float, float]:
    """By the exact p-value of each test of the report's rows, the one after Holm's correction.

    A test counts once for all batches and targets on which the same models differ alike. Rows that
    answer alike are none: no result of theirs could have been significant (Tarone 1990).
    """
    tests: dict[tuple[str, str, int, int], float] = {}
    for compared in summary.comparisons:
        first, second = (side.case.model for side in (compared.baseline, compared.candidate))
        tested = answered(compared.baseline.counts, compared.candidate.counts)
        if tested and not second.variant:
            tests[first.name, second.name, tested.gained, tested.lost] = tested.p_value
    for row in summary.rows:
        model, counts = row.outcome.case.model, row.counts
        if row.p_value is not None and counts:
            key = (model.original, model.name, counts.gained or 0, counts.lost or 0)
            tests[key] = row.p_value
    p_values = [p_value for (*_, gained, lost), p_value in tests.items() if gained + lost]
    return dict(zip(p_values, map(float, holm_adjusted(p_values)), strict=True))


def _asked(accuracy: Accuracy) -> Sequence[object]:
    return accuracy.dataset, accuracy.total
