"""Loss and errors over the epochs of several seeds, drawn with characters."""

import math
import statistics
from collections.abc import Callable, Sequence

from bench.training.summary import Group

_HEIGHTS = "▁▂▃▄▅▆▇█"
_OVER_SEEDS: tuple[tuple[str, Callable[[Sequence[float]], float]], ...] = (
    ("highest", max),
    ("median", statistics.median),
    ("lowest", min),
)


def curves(group: Group) -> str:
    """Training loss, share of errors and test loss by epoch, on a logarithmic scale."""
    from train.curves import by_epoch

    histories = [run.history for run in group.runs]
    lines = []
    for name, values in (
        ("training loss", by_epoch(histories, lambda result: result.train_loss)),
        ("training errors", by_epoch(histories, lambda result: 1 - result.train_accuracy)),
        ("test loss", by_epoch(histories, lambda result: result.test_loss)),
    ):
        if len(values) > 1:
            lines += _spread(name, list(values.values()))
    return "\n".join(lines)


def _spread(name: str, epochs: Sequence[Sequence[float]]) -> list[str]:
    """One line for the highest, the median and the lowest seed of each epoch."""
    logs = [math.log(value) for values in epochs for value in values if value > 0] or [0.0]
    low, high = min(logs), max(logs)

    def mark(value: float) -> str:
        share = (math.log(value) - low) / (high - low) if value > 0 and high > low else 0.0
        return _HEIGHTS[round(share * (len(_HEIGHTS) - 1))]

    lines = []
    for label, of in _OVER_SEEDS:
        course = [of(values) for values in epochs]
        drawn = "".join(mark(value) for value in course)
        lines.append(f"{name:15}  {label:7}  {drawn}  {course[0]:.4f} to {course[-1]:.4f}")
        name = ""
    return lines
