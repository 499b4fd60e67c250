"""Answers of two functions held against each other, whatever they are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.models.outputs.distance import Distance, distance, furthest

# Of the largest magnitude: parts of an answer may be a share and an area, each right by itself.
ROUNDING = 1e-9


def held(ours: Any, theirs: Any) -> dict[str, Any]:
    """An Agreement, encoded, and as `unlike` how the first two parts differ in kind, or None.

    Containers are looked into; numbers, and what numpy makes an array of, are held number by
    number; texts and all else must be equal.
    """
    distances: list[Distance] = []
    unlike: str | None = None
    for told in _apart(ours, theirs, ""):
        if isinstance(told, Distance):
            distances.append(told)
        else:
            unlike = unlike or told
    return {"agreement": asdict(furthest(distances, ROUNDING)), "unlike": unlike}


def _apart(ours: Any, theirs: Any, place: str) -> Iterator[Distance | str]:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        if ours.keys() != theirs.keys():
            yield f"{_where(place)}the keys are {list(ours)} instead of {list(theirs)}"
            return
        for key in theirs:
            yield from _apart(ours[key], theirs[key], f"{place}[{key!r}]")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) != len(theirs):
            yield f"{_where(place)}there are {len(ours)} instead of {len(theirs)}"
            return
        for index, (our, their) in enumerate(zip(ours, theirs, strict=True)):
            yield from _apart(our, their, f"{place}[{index}]")
    elif _numeric(ours) and _numeric(theirs):
        yield _numbers(numpy.asarray(ours), numpy.asarray(theirs), place)
    elif type(ours) is not type(theirs):
        names = type(ours).__name__, type(theirs).__name__
        yield f"{_where(place)}it is {names[0]} instead of {names[1]}"
    elif not bool(ours == theirs):
        yield f"{_where(place)}it is {_short(ours)} instead of {_short(theirs)}"


def _numbers(ours: NDArray[Any], theirs: NDArray[Any], place: str) -> Distance | str:
    apart = distance(ours, theirs)
    if apart.same_shape:
        return apart
    return f"{_where(place)}the shape is {ours.shape} instead of {theirs.shape}"


def _numeric(value: Any) -> bool:
    """Numbers and arrays, also of other libraries; numpy itself holds texts as arrays too."""
    return isinstance(value, bool | int | float | complex) or hasattr(value, "__array__")


def _where(place: str) -> str:
    return f"at {place} " if place else ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
