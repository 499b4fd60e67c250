"""How far one output is from another that should be the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.domain import Agreement

Floats = NDArray[numpy.float64]
Truths = NDArray[numpy.bool_]
TEXTS, TRUTHS = "OSU", "b"  # kinds of numpy's types that are the same or are not
INTEGERS = f"{TRUTHS}iu"  # kinds of classes, indices and counts: how far apart says nothing
ROUNDING = 1e-5  # of the largest magnitude: float32 sums in another order differ by 1e-6 of it


@dataclass(frozen=True, slots=True)
class Distance:
    """How one array differs from another, in the unit of their numbers.

    `largest` is the largest absolute difference of a place, `relative` the largest share of the
    magnitude that is expected there, and `scale` the largest finite magnitude that is expected.
    Places that hold the same, NaN included, differ by 0. A place where just one number is finite,
    or where texts or infinities differ, is infinitely far off, and so is another shape.
    `differing` of `places` are beyond the tolerance; `first` is the index of the first of them,
    None where there is none and where the shapes differ. `integers` says what is expected.
    """

    same_shape: bool
    same_type: bool
    largest: float
    relative: float
    scale: float
    places: int
    differing: int
    first: tuple[int, ...] | None
    integers: bool = False


def distance(
    ours: NDArray[Any], theirs: NDArray[Any], relative: float = 0.0, absolute: float = 0.0
) -> Distance:
    """How far `ours` is from `theirs`; a place may differ by absolute + relative · |theirs|.

    Truth values and texts may not differ at all.
    """
    same_type, scale = ours.dtype == theirs.dtype, _scale(theirs)
    if ours.shape != theirs.shape:
        integers, size = theirs.dtype.kind in INTEGERS, max(theirs.size, ours.size)
        return Distance(False, same_type, numpy.inf, numpy.inf, scale, size, size, None, integers)
    same, gaps, magnitudes = _gaps(ours, theirs)
    close = same
    with numpy.errstate(invalid="ignore", divide="ignore", over="ignore"):
        shares = numpy.where(gaps > 0, gaps / magnitudes, 0.0)
        if ours.dtype.kind not in TEXTS + TRUTHS:
            close = same | (numpy.isfinite(gaps) & (gaps <= absolute + relative * magnitudes))
    wrong = numpy.argwhere(~close)
    return Distance(
        same_shape=True,
        same_type=same_type,
        largest=_largest(gaps),
        relative=_largest(shares),
        scale=scale,
        places=theirs.size,
        differing=len(wrong),
        first=tuple(int(index) for index in wrong[0]) if len(wrong) else None,
        integers=theirs.dtype.kind in INTEGERS,
    )


def furthest(distances: Sequence[Distance], rounding: float = ROUNDING) -> Agreement:
    """The output whose real numbers are furthest off by their own scale; integers that differ.

    A small output that is all wrong counts beside a large one that is right. What differs by less
    than `rounding`, a share of the largest magnitude of all, says nothing of an output by itself.
    """
    real = [apart for apart in distances if not apart.integers]
    integers = [apart for apart in distances if apart.integers]
    reach = max((apart.scale for apart in real), default=0.0)
    off = [apart for apart in real if apart.largest > rounding * reach]
    worst = max(off, key=_own_share, default=None)
    return Agreement(
        worst.largest if worst else max((apart.largest for apart in real), default=0.0),
        worst.scale if worst else reach,
        sum(apart.differing for apart in integers),
        sum(apart.places for apart in integers),
    )


def _own_share(apart: Distance) -> tuple[float, float]:
    return apart.largest / apart.scale if apart.scale else numpy.inf, apart.largest


def _gaps(ours: NDArray[Any], theirs: NDArray[Any]) -> tuple[Truths, Floats, Floats]:
    """By place: whether both hold the same, how far they are apart, and |theirs|."""
    if ours.dtype.kind in TEXTS or theirs.dtype.kind in TEXTS:
        same = numpy.asarray(ours.astype(object) == theirs.astype(object), bool)
        return same, numpy.where(same, 0.0, numpy.inf), numpy.zeros(theirs.shape)
    wide = numpy.complex128 if "c" in (ours.dtype.kind, theirs.dtype.kind) else numpy.float64
    a, b = ours.astype(wide), theirs.astype(wide)
    # Compared as they are: large integers lose digits as floats.
    same = numpy.asarray((ours == theirs) | (numpy.isnan(a) & numpy.isnan(b)), bool)
    with numpy.errstate(invalid="ignore", over="ignore"):
        gaps = numpy.where(same, 0.0, numpy.abs(a - b))
    return same, gaps, numpy.abs(b)


def _scale(theirs: NDArray[Any]) -> float:
    if theirs.dtype.kind in TEXTS:
        return 0.0
    magnitudes = numpy.abs(theirs.astype(numpy.complex128 if theirs.dtype.kind == "c" else float))
    return _largest(magnitudes[numpy.isfinite(magnitudes)])


def _largest(numbers: Floats) -> float:
    """The largest number; NaN, of infinities that differ, counts as infinite."""
    return float(numpy.nan_to_num(numbers, nan=numpy.inf, posinf=numpy.inf).max(initial=0.0))
