"""Right answers of two rows to the same items, tested against each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.accuracy.paired import gained_and_lost, unpacked
from bench.domain import Accuracy
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


def _asked(accuracy: Accuracy) -> Sequence[object]:
    return accuracy.dataset, accuracy.total
