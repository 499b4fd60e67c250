"""A variant held against the model that it was made of, on inputs that the caller chooses."""

from collections.abc import Iterable
from pathlib import Path

import numpy

from bench.domain import Agreement
from bench.models.feed.inputs import Inputs

EXACT = 1e-4  # of the largest magnitude: float32 sums in another order differ by about 1e-6 of it


def compare(original: Path, variant: Path, several: Iterable[Inputs]) -> Agreement:
    """The largest difference of any output over several inputs, on onnxruntime's CPU kernels.

    A difference of an output that is not finite, or of another shape, is infinite.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # The files themselves are compared, not what onnxruntime makes of them.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    first, second = (
        onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        for path in (original, variant)
    )
    difference = scale = 0.0
    for inputs in several:
        for ours, theirs in zip(
            second.run(None, dict(inputs)), first.run(None, dict(inputs)), strict=True
        ):
            difference = max(difference, _largest_difference(ours, theirs))
            finite = numpy.abs(theirs[numpy.isfinite(theirs)].astype(numpy.float64))
            scale = max(scale, float(finite.max(initial=0.0)))
    return Agreement(difference, scale)


def objection(found: Agreement) -> str | None:
    """Why a variant that should be exact is not, or None where it is."""
    if found.max_abs_diff <= EXACT * found.scale:
        return None
    return (
        f"The rewritten model's outputs differ from the original's by up to"
        f" {found.max_abs_diff:.2g}, where they reach {found.scale:.2g}. Run it without --optimize,"
        " and report the model."
    )


def _largest_difference(ours: numpy.ndarray, theirs: numpy.ndarray) -> float:
    if ours.shape != theirs.shape:
        return numpy.inf
    same = (ours == theirs) | (numpy.isnan(ours) & numpy.isnan(theirs))
    difference = numpy.abs(ours[~same].astype(numpy.float64) - theirs[~same])
    return float(numpy.nan_to_num(difference, nan=numpy.inf).max(initial=0.0))
