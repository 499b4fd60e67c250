"""When a model's outputs are too wrong for its speed to mean anything."""

from bench.domain import Accuracy

# Kernels of different libraries round differently, and a few images lie on a decision boundary.
MOST_DISAGREEMENTS = 0.001


def objection(accuracy: Accuracy) -> str | None:
    """The sentence why a row is invalid, or None when its outputs may stand."""
    if accuracy.not_finite:
        return (
            f"{accuracy.not_finite} of {accuracy.total} outputs are not finite."
            " Check the number format and the provider."
        )
    wrong = accuracy.disagreements or 0
    if wrong > MOST_DISAGREEMENTS * accuracy.total:
        return (
            f"{wrong} of {accuracy.total} predictions differ from PyTorch's."
            " Export the model again, or report this to the provider's makers."
        )
    return None


def off_by(accuracy: Accuracy, promised: int) -> str | None:
    """Why the count of right answers is not the promised one, within one item; None if it is."""
    if abs(accuracy.correct - promised) <= 1:
        return None
    return f"{accuracy.correct} of {accuracy.total} right, the manifest promises {promised}."
