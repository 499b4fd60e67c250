"""Two models' answers to the same questions."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from bench.accuracy.answers import Answers

Truths = NDArray[numpy.bool_]


@dataclass(frozen=True, slots=True)
class Paired:
    """How the answers of a candidate differ from those of a baseline to the same items.

    `changed` counts other answers, right or wrong; `gained` items that only the candidate gets
    right, `lost` items that only the baseline does.
    """

    changed: int
    gained: int
    lost: int


def pair(baseline: Answers, candidate: Answers) -> Paired:
    """Compare answers with each other. Raises ValueError for none, and where not as many."""
    gained, lost = gained_and_lost(baseline.right, candidate.right)
    return Paired(int((baseline.predicted != candidate.predicted).sum()), gained, lost)


def gained_and_lost(baseline: Truths, candidate: Truths) -> tuple[int, int]:
    """Of items (N) that are right or not, how many only the candidate, and only the baseline, has.

    Raises ValueError for no items, and for another number of them.
    """
    if baseline.shape != candidate.shape or not baseline.size:
        raise ValueError(f"{baseline.shape} and {candidate.shape} do not answer the same")
    return int((candidate & ~baseline).sum()), int((baseline & ~candidate).sum())


def packed(right: Truths) -> str:
    """Truth values as text, eight in a byte, for a report."""
    return b64encode(numpy.packbits(right).tobytes()).decode("ascii")


def packed_numbers(numbers: NDArray[numpy.float64]) -> str:
    """Numbers as text, four bytes each, for a report; the largest that these hold at most."""
    short = numpy.minimum(numbers, numpy.finfo(numpy.float32).max).astype("<f4")
    return b64encode(short.tobytes()).decode("ascii")


def unpacked_numbers(text: str) -> NDArray[numpy.float64]:
    """What `packed_numbers` wrote. Raises ValueError for what is no such text."""
    return numpy.frombuffer(b64decode(text, validate=True), "<f4").astype(numpy.float64)


def unpacked(text: str, count: int) -> Truths:
    """The first `count` truth values of `packed`. Raises ValueError for what is no such text."""
    bits = numpy.unpackbits(numpy.frombuffer(b64decode(text, validate=True), numpy.uint8))
    if not 0 <= len(bits) - count < 8:
        raise ValueError(f"{len(bits)} truth values for {count} items")
    return bits[:count].astype(bool)
