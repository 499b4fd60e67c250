"""Which outputs of a model answer a labelled item, and what they say of all items."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from bench.errors import DatasetError
from bench.models.outputs.distance import TEXTS

Array = NDArray[Any]
# A class for each item, a row of scores for each, or one number for each.
Kind = Literal["label", "scores", "column"]
NAME_ONE = "Run it without --dataset, or count with --metric module:function, which gets them all."


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a model said of N items.

    `labels` (N) are classes that it names itself, `numbers` are N×K scores or a column of N, and
    `classes` (K) what the columns of the scores are called, where it tells.
    """

    labels: Array | None = None
    numbers: Array | None = None
    classes: Array | None = None

    @property
    def class_count(self) -> int:
        """How many classes the numbers tell apart; 0 where the model names its classes."""
        if self.numbers is None or self.labels is not None or self.classes is not None:
            return 0
        return self.numbers.shape[1] if self.numbers.ndim == 2 else 2

    def finite(self, count: int) -> NDArray[numpy.bool_]:
        """Of each of `count` items whether its numbers are, if it has any."""
        if self.numbers is None:
            return numpy.ones(count, bool)
        finite = numpy.isfinite(self.numbers.reshape(count, -1))
        return numpy.asarray(finite.all(axis=1), bool)


@dataclass(frozen=True, slots=True)
class Places:
    """The indices of the outputs that are read, and the sentence which they are if it is needed."""

    label: int | None = None
    numbers: int | None = None
    remark: str = ""

    def read(self, outputs: Sequence[Any]) -> tuple[Any, Any]:
        """Copies of the class and of the numbers: a session may reuse its buffers."""
        label, numbers = (
            None if index is None else copy(outputs[index]) for index in (self.label, self.numbers)
        )
        return label, numbers


def places(names: Sequence[str], outputs: Sequence[Any], batch: int, model: str) -> Places:
    """Which outputs answer a call of `batch` items: a class comes before scores that explain it.

    Raises DatasetError where none is a class or a row of numbers for each item, and where several
    with different numbers of classes could be meant.
    """
    kinds = {index: kind for index, each in enumerate(outputs) if (kind := _kind(each, batch))}
    by_kind = {
        kind: [index for index, each in kinds.items() if each == kind]
        for kind in ("label", "scores", "column")
    }
    scores, labels = by_kind["scores"], by_kind["label"]
    numbers = next(iter(scores or by_kind["column"]), None)
    if labels and (not scores or labels[0] < scores[0]):
        return Places(labels[0], next(iter(scores), None))
    if numbers is None:
        shapes = ", ".join(_shape(each) for each in outputs)
        raise DatasetError(
            f"The outputs of {model} ({shapes}) are no classes of the {batch} items of a call;"
            f" accuracy needs a class or a row of class scores for each.",
            NAME_ONE,
        )
    rivals = scores or by_kind["column"]
    widths = {rows_of(outputs[index], batch)[0].shape[1:] for index in rivals}
    if len(widths) > 1:
        several = ", ".join(f"{names[index]} {_shape(outputs[index])}" for index in rivals)
        raise DatasetError(
            f"Which output of {model} has the class scores cannot be told: {several}.", NAME_ONE
        )
    if len(rivals) == 1 and (numbers == 0 or len(outputs) == 1):
        return Places(None, numbers)
    return Places(None, numbers, f"Answers are read from the output '{names[numbers]}'.")


def gathered(calls: Sequence[tuple[Any, Any]], batch: int, count: int) -> Outputs:
    """What `Places.read` gave of each call; what the last has beyond `count` items is left out.

    Raises DatasetError for a call that has no row for each item.
    """
    labels, numbers = (
        None if side[0] is None else [rows_of(value, batch) for value in side]
        for side in zip(*calls, strict=True)
    )
    return Outputs(
        _joined(labels, count) if labels else None,
        _joined(numbers, count) if numbers else None,
        numbers[0][1] if numbers else None,
    )


def _joined(parts: Sequence[tuple[Array, Array | None]], count: int) -> Array:
    arrays = [rows for rows, _ in parts]
    if len({array.shape for array in arrays}) > 1:
        raise DatasetError("The model's outputs have another shape at some calls.", NAME_ONE)
    return numpy.concatenate(arrays)[:count]


def _kind(value: Any, batch: int) -> Kind | None:
    rows, _ = rows_of(value, batch)
    if rows.ndim == 2 and rows.dtype.kind not in TEXTS:
        return "scores"
    if rows.ndim == 1 and len(rows) == batch:
        return "column" if _is_float(rows) else "label"
    return None


def rows_of(value: Any, batch: int) -> tuple[Array, Array | None]:
    """An output as (batch) or (batch, K), with what its columns are called; else without shape."""
    nothing = numpy.zeros((0,) * 3)
    if isinstance(value, list):
        if len(value) != batch or not all(isinstance(each, dict) and each for each in value):
            return nothing, None
        keys = list(value[0])
        return numpy.array([[each[key] for key in keys] for each in value]), numpy.array(keys)
    array = numpy.asarray(value)
    if array.shape[:1] != (batch,):
        return nothing, None
    return array.reshape(batch, *(size for size in array.shape[1:] if size != 1)), None


def _is_float(array: Array) -> bool:
    """Whether these are floats, bfloat16 and the like of onnx included."""
    return array.dtype.kind not in f"{TEXTS}iub"


def _shape(value: Any) -> str:
    return "a sequence" if isinstance(value, list) else str(list(numpy.shape(value)))
