"""A variant held against the model that it was made of, on inputs that the caller chooses."""

from collections.abc import Iterable
from pathlib import Path

from bench.domain import Agreement
from bench.models.feed.inputs import Inputs
from bench.models.outputs.distance import distance, furthest
from bench.models.outputs.plain import plain_session

EXACT = 1e-4  # of the largest magnitude: float32 sums in another order differ by about 1e-6 of it

TIES = 0.02  # of integers in the outputs, as classes and indices: those that hang on a near tie


def compare(original: Path, variant: Path, several: Iterable[Inputs]) -> Agreement:
    """The largest difference of any output over several inputs, on onnxruntime's CPU kernels."""
    # The files themselves are compared, not what onnxruntime makes of them.
    expected, rewritten = plain_session(original), plain_session(variant)
    return furthest(
        [
            distance(ours, theirs)
            for inputs in several
            for ours, theirs in zip(
                rewritten.run(None, dict(inputs)), expected.run(None, dict(inputs)), strict=True
            )
        ]
    )


def objection(agreed: Agreement) -> str | None:
    """Why a variant that should be exact is not, or None where it is."""
    few = agreed.differing <= TIES * agreed.places
    if agreed.max_abs_diff <= EXACT * agreed.scale and few:
        return None
    if not few:
        return (
            f"{agreed.differing} of {agreed.places} integers in the rewritten model's outputs are"
            " not the original's. Run it without --optimize, and report the model."
        )
    return (
        f"The rewritten model's outputs differ from the original's by up to"
        f" {agreed.max_abs_diff:.2g}, where they reach {agreed.scale:.2g}. Run it without"
        " --optimize, and report the model."
    )
