"""Outputs held against those that are expected, number by number."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.models.outputs.distance import TEXTS, TRUTHS, Distance, distance

RELATIVE, ABSOLUTE = 1e-3, 1e-5  # a difference may be ABSOLUTE + RELATIVE x what is expected


def objection(
    names: Sequence[str],
    outputs: Sequence[Any],
    expected: Mapping[str, Any],
    relative: float = RELATIVE,
    absolute: float = ABSOLUTE,
) -> str | None:
    """How the first output that is wrong differs from what is expected, or None where none does.

    `outputs` are in the order of `names`; those without an expected value are not looked at. NaN
    equals NaN, and truth values and texts must be the same, also within sequences.
    """
    for name, output in zip(names, outputs, strict=True):
        if name in expected:
            said = _differs(output, expected[name], relative, absolute)
            if said:
                return f"Output '{name}' {said}."
    return None


def _differs(ours: Any, theirs: Any, relative: float, absolute: float) -> str | None:
    if theirs is None or ours is None:
        return None if ours is theirs else f"is {_word(ours)}, but {_word(theirs)} is expected"
    if isinstance(ours, list) != isinstance(theirs, list):
        return f"is {_word(ours)}, but {_word(theirs)} is expected"
    if isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"has {len(ours)} items, but {len(theirs)} are expected"
        answers = (
            (index, _differs(our, their, relative, absolute))
            for index, (our, their) in enumerate(zip(ours, theirs, strict=True))
        )
        return next((f"at item {index} {said}" for index, said in answers if said), None)
    our_array, their_array = numpy.asarray(ours), numpy.asarray(theirs)
    return _said(distance(our_array, their_array, relative, absolute), our_array, their_array)


def _said(apart: Distance, ours: NDArray[Any], theirs: NDArray[Any]) -> str | None:
    if not apart.same_shape:
        return f"has shape {list(ours.shape)}, but {list(theirs.shape)} is expected"
    if not apart.same_type:
        return f"is {ours.dtype.name}, but {theirs.dtype.name} is expected"
    if apart.first is None:
        return None
    size = f" by up to {apart.largest:.3g} (relative {apart.relative:.3g})"
    if ours.dtype.kind in TEXTS + TRUTHS:
        size = ""
    return (
        f"differs{size} at {apart.differing} of {apart.places} places, first at"
        f" {list(apart.first)}: {ours[apart.first]!s} instead of {theirs[apart.first]!s}"
    )


def _word(value: Any) -> str:
    if value is None:
        return "nothing"
    return "a sequence" if isinstance(value, list) else "a tensor"
