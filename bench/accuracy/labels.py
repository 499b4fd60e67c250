"""Labels that a model cannot answer, or that are counted from another number than its classes."""

import numpy
from numpy.typing import NDArray

from bench.accuracy.outputs import Array

SHIFTS = (-1, 1)


def remark(predicted: Array, labels: Array, finite: NDArray[numpy.bool_], classes: int) -> str:
    """What is odd about integer `labels` (N) of the items with these predictions, or nothing.

    `classes` is how many a model can answer, 0 where it does not tell.
    """
    if labels.dtype.kind not in "iu" or predicted.dtype.kind not in "iu":
        return ""
    count, right = len(labels), int((finite & (predicted == labels)).sum())
    for shift in SHIFTS:
        shifted = int((finite & (predicted == labels + shift)).sum())
        if shifted > max(2 * right, count / 2):
            lower = "lower" if shift < 0 else "higher"
            return (
                f"With labels that are 1 {lower}, {shifted} of {count} answers would be right:"
                " are they counted from another number than the model's classes?"
            )
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 and lowest < predicted[finite].min(initial=0):
        return f"Labels go down to {lowest}, which the model never answers."
    if classes and highest >= classes:
        return f"Labels go up to {highest}, and the model's classes from 0 to {classes - 1}."
    return ""
