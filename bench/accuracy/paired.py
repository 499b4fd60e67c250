"""Two models' answers to the same questions."""

from dataclasses import dataclass

import numpy

from bench.statistics.proportions import mcnemar_p_value


@dataclass(frozen=True, slots=True)
class Paired:
    """How the predictions of a candidate differ from those of a baseline on the same items.

    `changed` counts other predictions, right or wrong; `gained` items that only the candidate gets
    right, `lost` items that only the baseline does, of `total`. `p_value` is McNemar's, of both
    being equally accurate.
    """

    total: int
    changed: int
    gained: int
    lost: int
    p_value: float

    @property
    def drop(self) -> float:
        """The baseline's accuracy less the candidate's, -1..1."""
        return (self.lost - self.gained) / self.total


def pair(baseline: numpy.ndarray, candidate: numpy.ndarray, labels: numpy.ndarray) -> Paired:
    """Compare predicted classes with each other and with `labels`, all integers of shape (N,).

    A prediction of -1 stands for scores that are not finite, and is never right. Raises ValueError
    for no items, and for shapes that differ.
    """
    if not (baseline.shape == candidate.shape == labels.shape == (labels.size,)) or not labels.size:
        raise ValueError(f"{baseline.shape} and {candidate.shape} are no answers to {labels.shape}")
    was, is_ = baseline == labels, candidate == labels
    gained, lost = int((is_ & ~was).sum()), int((was & ~is_).sum())
    return Paired(
        total=labels.size,
        changed=int((baseline != candidate).sum()),
        gained=gained,
        lost=lost,
        p_value=mcnemar_p_value(gained, lost),
    )


def predictions(scores: numpy.ndarray) -> numpy.ndarray:
    """The class of the largest score of each row of N×classes, -1 where one is not finite."""
    return numpy.where(numpy.isfinite(scores).all(axis=1), scores.argmax(axis=1), -1)


def too_much_lost(paired: Paired, most: float) -> str | None:
    """The sentence why a variant is too inaccurate, or None; `most` is the drop allowed, 0..1.

    The drop is judged as it was counted on these items: the same items decide at every run.
    """
    if paired.drop <= most + 1e-12:  # 0.001 of 10,000 is 10 items, whatever the rounding
        return None
    return (
        f"{paired.lost} predictions became wrong and {paired.gained} right, of {paired.total}:"
        f" accuracy fell by {paired.drop:.2%}, more than the {most:.2%} that"
        " --max-accuracy-drop allows."
    )
