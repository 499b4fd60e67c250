"""Outputs kept in a file, to be held against those of another process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.errors import ModelError
from bench.models.outputs.distance import distance, furthest

PLAIN = "fiub"  # kinds of numbers that a file of arrays holds without pickling
TOLERANCE = 1e-3  # a share of the largest magnitude: kernels round, a wrong answer is farther off


def keep(path: Path, outputs: Sequence[NDArray[Any]]) -> None:
    """Write the arrays. Raises ModelError where one holds no plain numbers, or there are none."""
    if not outputs or any(output.dtype.kind not in PLAIN for output in outputs):
        raise ModelError(
            "Its outputs are not all plain numbers, and cannot be kept.", "Use another model."
        )
    numpy.savez(path, *outputs)


def read(path: Path) -> list[NDArray[Any]]:
    """The arrays that `keep` wrote."""
    with numpy.load(path, allow_pickle=False) as arrays:
        return [arrays[name] for name in arrays.files]


def change(before: Sequence[NDArray[Any]], after: Sequence[NDArray[Any]]) -> str | None:
    """How outputs changed, in words; None where they are the same but for rounding."""
    shapes = [[output.shape for output in outputs] for outputs in (before, after)]
    if shapes[0] != shapes[1]:
        return f"their shapes are {shapes[1]} instead of {shapes[0]}"
    agreed = furthest([distance(new, old) for new, old in zip(after, before, strict=True)])
    if agreed.differing:
        return f"{agreed.differing} of {agreed.places} integers differ"
    if agreed.max_abs_diff > TOLERANCE * agreed.scale:
        return (
            f"they differ by up to {agreed.max_abs_diff:.2g}, where they reach {agreed.scale:.2g}"
        )
    return None
