"""A third opinion on outputs: where three libraries disagree, who stands alone."""

from collections.abc import Mapping

from bench.accuracy.reference import objection
from bench.domain import Agreement, Case, Model, Target, Witness, Workload
from bench.domain.ran import Alone

KERNELS = "onnxruntime's CPU kernels"
# Of multiply-accumulates in a call: the evaluator of the onnx package does about 60 million a
# second, and the others need about a second to be ready.
SMALL, MIDDLE = 5_000_000, 500_000_000
# Further runtimes, each with the packages that bring it, in the order in which they are asked.
OTHERS: Mapping[str, tuple[str, ...]] = {
    "openvino": ("openvino",),
    "tract": ("tract",),
    "opencv": ("opencv-python-headless", "opencv-python"),
}
# Two calls of these differ by themselves.
RANDOM = frozenset(
    (
        *("Bernoulli", "Dropout", "Multinomial", "RandomNormal", "RandomNormalLike"),
        *("RandomUniform", "RandomUniformLike"),
    )
)


# Flattened their inputs before opset 13, which the evaluator (onnx 1.23) does not do.
FLATTENING, ALONG_AN_AXIS = frozenset(("Hardmax", "LogSoftmax", "Softmax")), 13


def whom_to_ask(case: Case, installed: Mapping[str, str], disputed: bool) -> str | None:
    """The runtime that is neither the row's own nor the kernels'; None where there is none.

    Small models are evaluated by their operators' definitions. Others are run by another library,
    which a large one takes long: only where the row and the kernels differ.
    """
    own = {case.target.runtime, case.target.provider}
    if not RANDOM.isdisjoint(case.model.operators) or case.workload.trusted:
        return None
    cost = case.model.multiply_accumulates
    taken = None if cost is None else cost * case.workload.batch
    if taken is not None and taken <= SMALL and "reference" not in own and _defined(case.model):
        return "reference"
    if not disputed and (taken is None or taken > MIDDLE):
        return None
    there = (
        name
        for name, brought_by in OTHERS.items()
        if name not in own and not installed.keys().isdisjoint(brought_by)
    )
    return next(there, None)


def _defined(model: Model) -> bool:
    """Whether the evaluator computes all operators of a model as they are defined in its opset."""
    return model.opset >= ALONG_AN_AXIS or FLATTENING.isdisjoint(model.operators)


def alone(
    workload: Workload, rounded: bool, kernels: Agreement, ours: Agreement, theirs: Agreement
) -> Alone:
    """Who is far from both others, where far is what makes a row invalid.

    The row is so far from the `kernels`, and from the witness as `ours` says; `theirs` is how far
    the kernels are from the witness.
    """
    far = [objection(agreed, workload, rounded) is not None for agreed in (kernels, ours, theirs)]
    match far:
        case [True, True, True]:
            return "all"
        case [True, True, False]:
            return "row"
        case [True, False, True]:
            return "kernels"
        case [False, True, True]:
            return "witness"
    return ""


def is_of_another_build(target: Target) -> bool:
    """Whether the kernels that a row is held against are of its own build: a fault is in both."""
    return bool(target.environment) and target.runtime == "onnxruntime"


def of_a_release(witness: Witness, third: str) -> str:
    """Why a row is invalid whose release answers otherwise than ours and a third library do."""
    return (
        f"Outputs differ from those of the onnxruntime beside bench by up to"
        f" {witness.max_abs_diff:.2g}, where they reach {witness.scale:.2g}, and from {third}: this"
        " release stands alone. Count right answers on labelled data with --dataset."
    )


def sentence(witness: Witness) -> str:
    """Who stands alone, in words; "" where nobody does."""
    name = witness.target
    apart = f"by up to {witness.max_abs_diff:.2g}, where outputs reach {witness.scale:.2g}"
    match witness.alone:
        case "row":
            return f"{name} agrees with those kernels: this row stands alone."
        case "all":
            return f"{name} differs from both {apart}: no two of the three agree."
        case "release":
            return (
                f"{name} beside bench answers otherwise than this release, {apart}. Which is right,"
                " --dataset with labelled data tells."
            )
        case "kernels":
            return (
                f"{KERNELS} stand alone: this row and {name} agree, and those differ {apart}."
                " Which are right, --dataset with labelled data tells."
            )
        case "witness":
            return (
                f"{name} stands alone: it differs from this row and from {KERNELS}, which agree,"
                f" {apart}."
            )
    return ""
