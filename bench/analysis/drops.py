"""How much accuracy fell from one row to another, on the same items."""

from bench.accuracy.paired import unpacked_numbers
from bench.analysis.answers import answered
from bench.domain import Accuracy
from bench.statistics.differences import Drop, estimate_drop, most_differing
from bench.statistics.r_squared import r_squared_drop


def dropped(
    before: Accuracy, after: Accuracy, level: float = 0.95, references: int | None = None
) -> Drop | None:
    """How much accuracy, or R², fell on the same items; None where the two were asked otherwise.

    From the items that only one side has right, where both tell which, else from the largest number
    that these can be, which `references` may bound.
    """
    if before.errors and after.errors:
        squares = [unpacked_numbers(side.errors.squares) for side in (before, after) if side.errors]
        if before.errors.variance != after.errors.variance or len(squares[0]) != len(squares[1]):
            return None
        return r_squared_drop(squares[0], squares[1], before.errors.variance, level)
    if before.correct is None or after.correct is None or before.total != after.total:
        return None
    if told := answered(before, after):
        differing = told.gained + told.lost
    else:
        differing = most_differing(before.correct, after.correct, before.total)
        if references is not None and references >= abs(before.correct - after.correct):
            differing = min(differing, references)
    return estimate_drop(before.correct, after.correct, before.total, differing, level)
