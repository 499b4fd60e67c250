"""Two models' answers to the same questions."""

from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Paired:
    """How the predictions of a candidate differ from those of a baseline on the same items.

    `changed` counts other predictions, right or wrong; `gained` items that only the candidate gets
    right, `lost` items that only the baseline does.
    """

    changed: int
    gained: int
    lost: int


def pair(baseline: NDArray[Any], candidate: NDArray[Any], labels: NDArray[Any]) -> Paired:
    """Compare predicted classes with each other and with `labels`, all integers of shape (N,).

    A prediction of -1 stands for scores that are not finite, and is never right. Raises ValueError
    for no items, and for shapes that differ.
    """
    if not (baseline.shape == candidate.shape == labels.shape == (labels.size,)) or not labels.size:
        raise ValueError(f"{baseline.shape} and {candidate.shape} cannot answer {labels.shape}")
    was, is_ = baseline == labels, candidate == labels
    return Paired(
        changed=int((baseline != candidate).sum()),
        gained=int((is_ & ~was).sum()),
        lost=int((was & ~is_).sum()),
    )


def predictions(scores: NDArray[Any]) -> NDArray[Any]:
    """The class of the largest score of each row of N×classes, -1 where one is not finite."""
    return numpy.where(numpy.isfinite(scores).all(axis=1), scores.argmax(axis=1), -1)
