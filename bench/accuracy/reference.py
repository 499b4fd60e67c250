"""Outputs held against those of onnxruntime's plain CPU kernels, on inputs that change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy
from numpy.typing import NDArray

from bench.domain import Agreement, Model, Workload
from bench.interfaces import Session
from bench.models.outputs.distance import INTEGERS, Distance, distance, furthest
from bench.models.outputs.plain import plain_session

if TYPE_CHECKING:  # onnx, which --help must not wait for
    from bench.models.feed.inputs import Inputs

Numbers = NDArray[Any]
Several = Sequence[Sequence[Numbers]]  # the outputs of several calls
# Shares of the largest magnitude: kernels round differently, a number format rounds more, and a
# stale or wrong output is off by about all of it.
TOLERANCE = {"fp32": 0.02}
TOLERANCE_OF_OTHERS = 0.15


# Integers that change with real inputs moved by this share of themselves hang on near ties: it is
# far less than real outputs may differ by. Another order of sums may change twice as many.
MOVED, UNSETTLED = 1e-3, 2


@dataclass(frozen=True, slots=True)
class Sides:
    """What a session and the reference answer to the same inputs, call by call."""

    model: Model
    inputs: "Sequence[Inputs]"
    answers: Several
    references: Several

    def agreement(self) -> Agreement:
        """How far the session is from the reference."""
        not_finite = _nothing_finite(self.answers)
        stale = not not_finite and _same(self.answers) and not _same(self.references)
        held = self.held(self.answers, self.references)
        return replace(held, stale=stale, not_finite=not_finite)

    def hear(self, told: Sequence[Numbers]) -> dict[str, Agreement]:
        """How far `ours`, the session, and `theirs`, the reference, are from a third library.

        `told` are its outputs, call after call; it may have made fewer calls.
        """
        count = len(self.references[0])
        calls = [told[first : first + count] for first in range(0, len(told), count)]
        sides = {"ours": self.answers, "theirs": self.references}
        return {name: self.held(outputs, calls) for name, outputs in sides.items()}

    def held(self, ours: Several, theirs: Several) -> Agreement:
        """How far some answers are from others, of as many calls as both have."""
        agreed = furthest(
            [apart for pair in zip(ours, theirs, strict=False) for apart in _distances(*pair)]
        )
        if not agreed.differing:
            return agreed
        moved = _unsettled(self.model, self.inputs[0], self.references[0])
        return replace(agreed, unsettled=moved)


def agreement(session: Session, model: Model, several: "Sequence[Inputs]") -> Agreement | None:
    """How far outputs are from the reference's; None where there is nothing to compare with."""
    both = sides(session, model, several)
    return both.agreement() if both else None


def sides(session: Session, model: Model, several: "Sequence[Inputs]") -> Sides | None:
    """What the timed session and the reference answer to several inputs, which are bound anew.

    None where there is nothing to compare with: onnxruntime is not installed or cannot run the
    model, the outputs are no numbers, or two runs of the reference itself differ.
    """
    references = _references(model, several)
    if not references:
        return None
    answers: list[list[Numbers]] = []
    for inputs in several:
        session.bind(inputs)()
        outputs = session.outputs()
        if outputs is None:
            return None
        answers.append([numpy.array(output) for output in outputs])  # buffers are used again
    return Sides(model, several, answers, references)


def objection(agreed: Agreement, workload: Workload, rounded: bool = False) -> str | None:
    """The sentence why outputs are wrong, or None when they may stand.

    A model that is itself `rounded`, to int8 for example, steps: kernels differ by whole steps.
    Integers are judged by how many differ: those that hang on a near tie may.
    """
    tolerance = TOLERANCE.get(workload.precision, TOLERANCE_OF_OTHERS)
    if rounded:
        tolerance = TOLERANCE_OF_OTHERS
    share = agreed.differing / (agreed.places or 1)
    far = agreed.max_abs_diff > tolerance * agreed.scale
    many = share > tolerance + UNSETTLED * agreed.unsettled
    if not far and not many:
        return None
    if agreed.stale:
        return (
            "Outputs stay the same when the inputs change, and those of onnxruntime's CPU kernels"
            " do not. They are stale: report it to the provider's makers."
        )
    if far:
        said = f"by up to {agreed.max_abs_diff:.2g}, where they reach {agreed.scale:.2g}"
    else:
        said = f"at {100 * share:.1f} % of the places that hold integers"
    if rounded:
        return (
            f"Its rounding adds up: outputs differ {said}, from those of the same file on"
            " onnxruntime's CPU kernels, which round in another order. Count right answers on"
            " labelled data with --dataset, or use the model that is not rounded."
        )
    return (
        f"Outputs differ from onnxruntime's CPU kernels {said}. Try other options, or count right"
        " answers on labelled data with --dataset."
    )


def _distances(ours: Sequence[Numbers], theirs: Sequence[Numbers]) -> list[Distance]:
    return [distance(a, b) for a, b in zip(ours, theirs, strict=True)]


def _unsettled(model: Model, inputs: "Inputs", settled: Sequence[Numbers]) -> float:
    """The share of the reference's integers that change when real inputs move a little."""
    generator = numpy.random.default_rng(1)
    moved = {
        name: (value * (1 + MOVED * generator.standard_normal(value.shape))).astype(value.dtype)
        if isinstance(value, numpy.ndarray) and value.dtype.kind == "f"
        else value
        for name, value in inputs.items()
    }
    changed = _references(model, [moved])
    agreed = furthest(_distances(changed[0], settled)) if changed else Agreement(0, 0)
    return agreed.differing / (agreed.places or 1)


def _same(several: Sequence[Sequence[Numbers]]) -> bool:
    """Whether all outputs are the same, whatever was fed; not of a single call."""
    first = several[0]
    return len(several) > 1 and all(
        apart.differing == 0 and apart.same_shape
        for outputs in several[1:]
        for apart in _distances(outputs, first)
    )


def _nothing_finite(several: Sequence[Sequence[Numbers]]) -> bool:
    real = [
        output
        for outputs in several
        for output in outputs
        if output.dtype.kind not in INTEGERS and output.size
    ]
    return bool(real) and not any(
        numpy.isfinite(output.astype(numpy.complex128)).any() for output in real
    )


def _references(model: Model, several: "Sequence[Inputs]") -> list[list[Numbers]] | None:
    """Runs without optimisation, as numbers; None where a second one of the first inputs differs.

    Whether a model draws at random is told by its operators, not by what it is fed.
    """
    try:
        session = plain_session(Path(model.path))
        again, *answers = (
            list(map(numpy.asarray, session.run(None, dict(inputs))))
            for inputs in (*several[:1], *several)
        )
        same = all(
            numpy.array_equal(a.astype(numpy.float64), b.astype(numpy.float64), equal_nan=True)
            for a, b in zip(answers[0], again, strict=True)
        )
    except Exception:  # no reference is no reason to object
        return None
    return answers if same else None
