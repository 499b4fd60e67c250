"""Outputs held against those that are expected, number by number."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

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
            found = _differs(output, expected[name], relative, absolute)
            if found:
                return f"Output '{name}' {found}."
    return None


def _differs(ours: Any, theirs: Any, relative: float, absolute: float) -> str | None:
    if theirs is None or ours is None:
        return None if ours is theirs else f"is {_word(ours)}, and {_word(theirs)} is expected"
    if isinstance(ours, list) != isinstance(theirs, list):
        return f"is {_word(ours)}, and {_word(theirs)} is expected"
    if isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"has {len(ours)} items, and {len(theirs)} are expected"
        found = (
            (index, _differs(one, other, relative, absolute))
            for index, (one, other) in enumerate(zip(ours, theirs, strict=True))
        )
        return next((f"at item {index} {said}" for index, said in found if said), None)
    ours, theirs = numpy.asarray(ours), numpy.asarray(theirs)
    if ours.shape != theirs.shape:
        return f"has shape {list(ours.shape)}, and {list(theirs.shape)} is expected"
    if ours.dtype != theirs.dtype:
        return f"is {ours.dtype.name}, and {theirs.dtype.name} is expected"
    return _differs_in_numbers(ours, theirs, relative, absolute)


def _differs_in_numbers(
    ours: numpy.ndarray, theirs: numpy.ndarray, relative: float, absolute: float
) -> str | None:
    if ours.dtype.kind in "OSUb":
        wrong = ours != theirs
        if not wrong.any():
            return None
        return (
            f"differs at {int(wrong.sum())} of {wrong.size} places, {_first(wrong, ours, theirs)}"
        )
    wide = numpy.complex128 if ours.dtype.kind == "c" else numpy.float64
    a, b = ours.astype(wide), theirs.astype(wide)
    same = (ours == theirs) | (numpy.isnan(a) & numpy.isnan(b))  # large integers lose digits
    with numpy.errstate(invalid="ignore", divide="ignore", over="ignore"):
        gap = numpy.where(same, 0.0, numpy.abs(a - b))
        close = same | (
            numpy.isfinite(a) & numpy.isfinite(b) & (gap <= absolute + relative * abs(b))
        )
        share = numpy.where(same, 0.0, gap / numpy.abs(b))
    if close.all():
        return None
    # NaN and infinite differences are the largest of all.
    largest, at_most = (float(numpy.nan_to_num(x, nan=numpy.inf).max()) for x in (gap, share))
    return (
        f"differs by up to {largest:.3g} (relative {at_most:.3g}) at {int((~close).sum())} of"
        f" {close.size} places, {_first(~close, ours, theirs)}"
    )


def _first(wrong: numpy.ndarray, ours: numpy.ndarray, theirs: numpy.ndarray) -> str:
    index = tuple(int(at) for at in numpy.argwhere(wrong)[0])
    return f"first at {list(index)}: {ours[index]!s} instead of {theirs[index]!s}"


def _word(value: Any) -> str:
    if value is None:
        return "nothing"
    return "a sequence" if isinstance(value, list) else "a tensor"
