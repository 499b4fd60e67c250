"""Outputs held against those of onnxruntime's plain CPU kernels, on inputs that change."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy
from numpy.typing import NDArray

from bench.domain import Agreement, Model, Workload
from bench.interfaces import Session
from bench.models.outputs.distance import Distance, distance, furthest
from bench.models.outputs.plain import plain_session

if TYPE_CHECKING:  # onnx, which --help must not wait for
    from bench.models.feed.inputs import Inputs

# Shares of the largest magnitude: kernels round differently, a number format rounds more, and a
# stale or wrong output is off by about all of it.
TOLERANCE = {"fp32": 0.02}
TOLERANCE_OF_OTHERS = 0.15


def agreement(session: Session, model: Model, several: "Sequence[Inputs]") -> Agreement | None:
    """The largest difference over several inputs, each bound anew to the timed session.

    None where there is nothing to compare with: onnxruntime is not installed or cannot run the
    model, the outputs are no numbers, or two runs of the reference itself differ.
    """
    distances: list[Distance] = []
    references = [_reference(model, inputs) for inputs in several]
    for inputs, expected in zip(several, references, strict=True):
        if expected is None:
            return None
        session.bind(inputs)()
        outputs = session.outputs()
        if outputs is None:
            return None
        for ours, theirs in zip(outputs, expected, strict=True):
            distances.append(distance(numpy.asarray(ours), theirs))
    return furthest(distances) if distances else None


def objection(agreed: Agreement, workload: Workload, rounded: bool = False) -> str | None:
    """The sentence why outputs are wrong, or None when they may stand.

    A model that is itself `rounded`, to int8 for example, steps: kernels differ by whole steps.
    """
    tolerance = TOLERANCE.get(workload.precision, TOLERANCE_OF_OTHERS)
    if rounded:
        tolerance = TOLERANCE_OF_OTHERS
    if agreed.max_abs_diff <= tolerance * agreed.scale:
        return None
    return (
        f"Outputs differ from onnxruntime's CPU kernels by up to {agreed.max_abs_diff:.2g}, where"
        f" they reach {agreed.scale:.2g}. They are stale or wrong: try other options,"
        " or report it to the provider's makers."
    )


def _reference(model: Model, inputs: "Inputs") -> list[NDArray[numpy.float64]] | None:
    """Two runs without optimisation that agree, as float64."""
    try:
        session = plain_session(Path(model.path))
        first, second = (
            [numpy.asarray(output).astype(numpy.float64) for output in outputs]
            for outputs in (session.run(None, dict(inputs)) for _ in range(2))
        )
    except Exception:  # no reference is no reason to object
        return None
    same = all(numpy.array_equal(a, b, equal_nan=True) for a, b in zip(first, second, strict=True))
    return first if same else None
