"""How right outputs are, as a report keeps it, back from plain JSON objects."""

import math
import struct
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from bench.domain import Accuracy, Errors
from bench.domain.outcome import FARTHEST, REGRESSION, VARIANCES


def decode_accuracy(fields: Mapping[str, Any] | None) -> Accuracy | None:
    """Counts of right answers, or None where none were counted."""
    if fields is None:
        return None
    correct, total = fields["correct"], fields["total"]
    regression = fields.get("metric") == REGRESSION
    _require(total > 0 and (correct is None if regression else 0 <= correct <= total))
    names = ("dataset", "correct", "total", "max_abs_diff", "disagreements", "not_finite")
    counts = {name: fields[name] for name in names}
    right = fields.get("right", "")
    if right:  # a bit for each item
        _require(len(b64decode(right, validate=True)) == -(-fields["total"] // 8))
    return Accuracy(
        **counts,
        gained=fields.get("gained"),
        lost=fields.get("lost"),
        constant=fields.get("constant", False),
        metric=fields.get("metric", "top1"),
        answers=fields.get("answers"),
        remarks=tuple(fields.get("remarks", ())),
        right=right,
        errors=_decode_errors(fields.get("errors"), fields["total"]),
    )


def _decode_errors(fields: Mapping[str, Any] | None, total: int) -> Errors | None:
    """Errors of numbers, a square for each of two items or more, or None where there are none."""
    if fields is None:
        return None
    errors = Errors(**fields)
    squares = b64decode(errors.squares, validate=True)
    _require(len(squares) % 4 == 0 and 2 <= len(squares) // 4 <= total)
    _require(all(0 <= square < math.inf for (square,) in struct.iter_unpack("<f", squares)))
    _require(VARIANCES[0] <= errors.variance <= VARIANCES[1])
    original = 0.0 if errors.original is None else errors.original
    sizes = errors.mean, errors.root_mean_square, original
    _require(all(0 <= size <= 2 * FARTHEST for size in sizes))
    return errors


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("an accuracy that cannot be")
