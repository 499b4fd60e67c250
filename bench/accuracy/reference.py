"""Outputs held against those of onnxruntime's plain CPU kernels, on inputs that change."""

from collections.abc import Mapping, Sequence

import numpy

from bench.domain import Agreement, Model, Workload
from bench.interfaces import Session

# Shares of the largest magnitude: kernels round differently, a number format rounds more, and a
# stale or wrong output is off by about all of it.
TOLERANCE = {"fp32": 0.02}
TOLERANCE_OF_OTHERS = 0.15

Inputs = Mapping[str, numpy.ndarray]


def agreement(session: Session, model: Model, several: Sequence[Inputs]) -> Agreement | None:
    """The largest difference over several inputs, each bound anew to the timed session.

    None where there is nothing to compare with: onnxruntime is not installed or cannot run the
    model, the outputs are no numbers, or two runs of the reference itself differ.
    """
    references = [_reference(model, inputs) for inputs in several]
    if not references or any(one is None for one in references):
        return None
    difference, scale = 0.0, 0.0
    for inputs, expected in zip(several, references, strict=True):
        session.bind(inputs)()
        outputs = session.outputs()
        if outputs is None:
            return None
        for ours, theirs in zip(outputs, expected, strict=True):
            difference = max(difference, _difference(numpy.asarray(ours), theirs))
            scale = max(scale, float(numpy.abs(theirs[numpy.isfinite(theirs)]).max(initial=0.0)))
    return Agreement(difference, scale)


def objection(found: Agreement, workload: Workload, rounded: bool = False) -> str | None:
    """The sentence why outputs are wrong, or None when they may stand.

    A model that is itself `rounded`, to int8 for example, steps: kernels differ by whole steps.
    """
    tolerance = TOLERANCE.get(workload.precision, TOLERANCE_OF_OTHERS)
    if rounded:
        tolerance = TOLERANCE_OF_OTHERS
    if found.max_abs_diff <= tolerance * found.scale:
        return None
    return (
        f"Outputs differ from onnxruntime's CPU kernels by up to {found.max_abs_diff:.2g}, where"
        f" they reach {found.scale:.2g}. They are stale or wrong: report it to the provider's"
        " makers, or try other options."
    )


def _reference(model: Model, inputs: Inputs) -> list[numpy.ndarray] | None:
    """Two runs without optimisation that agree, as float64."""
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(
            model.path, options, providers=["CPUExecutionProvider"]
        )
        first, second = (
            [numpy.asarray(one).astype(numpy.float64) for one in session.run(None, dict(inputs))]
            for _ in range(2)
        )
    except Exception:  # no reference is no reason to object
        return None
    same = all(numpy.array_equal(a, b, equal_nan=True) for a, b in zip(first, second, strict=True))
    return first if same else None


def _difference(ours: numpy.ndarray, theirs: numpy.ndarray) -> float:
    """The largest absolute difference; infinite where shapes differ or just one is finite."""
    if ours.shape != theirs.shape:
        return numpy.inf
    both = numpy.isfinite(ours) & numpy.isfinite(theirs)
    if not (both | (numpy.isnan(ours) & numpy.isnan(theirs)) | (ours == theirs)).all():
        return numpy.inf
    return float(numpy.abs(ours[both].astype(numpy.float64) - theirs[both]).max(initial=0.0))
