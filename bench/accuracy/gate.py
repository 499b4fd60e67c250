"""When a model's outputs are too wrong for its speed to mean anything."""

from bench.domain import Accuracy

# Kernels of different libraries round differently, and a few images lie on a decision boundary.
MOST_DISAGREEMENTS = 0.001
ROUNDED = ("fp16", "int8")  # variants whose numbers are not those of their originals


def objection(accuracy: Accuracy, variant: str = "", most_drop: float | None = None) -> str | None:
    """The sentence why a row is invalid, or None when its outputs may stand.

    A variant in another number format rounds, and may answer otherwise; what it may lose of its
    original's accuracy is `most_drop`, a share of 1, if anything is said. The drop is judged as it
    was counted: the same items decide at every run.
    """
    if accuracy.not_finite:
        return (
            f"{accuracy.not_finite} of {accuracy.total} outputs are not finite."
            " Check the number format and the provider."
        )
    if accuracy.constant:
        return (
            "It answers the same for every item, and its original does not."
            " Leave this variant out, or make it with the model's own tools."
        )
    wrong = accuracy.disagreements or 0
    if not rounds(variant) and wrong > MOST_DISAGREEMENTS * accuracy.total:
        return (
            f"{wrong} of {accuracy.total} predictions differ from"
            f" {'the original' if variant else 'PyTorch'}'s."
            " Export the model again, or report this to the provider's makers."
        )
    if variant and most_drop is not None:
        return _too_much_lost(accuracy, most_drop)
    return None


def rounds(variant: str) -> bool:
    """Whether a variant computes in another number format than its original."""
    return any(word in ROUNDED for word in variant.split("-"))


def _too_much_lost(accuracy: Accuracy, most: float) -> str | None:
    allowed = f"{100 * most:.2f} % that --max-accuracy-drop allows"
    if errors := accuracy.errors:
        original = errors.original_r2
        lower = 0.0 if original is None else original - errors.r2
        if lower <= most + 1e-12:
            return None
        return (
            f"Its R² is {errors.r2:.4f} and its original's {original:.4f}: it fell by"
            f" {100 * lower:.2f} %, more than the {allowed}."
        )
    gained, lost = accuracy.gained or 0, accuracy.lost or 0
    drop = (lost - gained) / accuracy.total
    if drop <= most + 1e-12:  # 0.001 of 10,000 is 10 items, whatever the rounding
        return None
    return (
        f"{lost} predictions became wrong and {gained} right, of {accuracy.total}: accuracy fell by"
        f" {100 * drop:.2f} %, more than the {allowed}."
    )


def off_by(accuracy: Accuracy, promised: int) -> str | None:
    """Why the count of right answers is not the promised one, within one item; None if it is."""
    if accuracy.correct is not None and abs(accuracy.correct - promised) <= 1:
        return None
    return f"{accuracy.correct} of {accuracy.total} right; the manifest promises {promised}."
