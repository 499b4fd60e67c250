"""Numbers that a model gives for each item, held against the targets of a data set."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.accuracy.outputs import Array, rows_of
from bench.accuracy.paired import packed_numbers
from bench.domain import Accuracy, Errors
from bench.domain.outcome import FARTHEST, REGRESSION, VARIANCES
from bench.errors import DatasetError
from bench.models.feed.dataset import Dataset
from bench.models.outputs.distance import distance

Floats = NDArray[numpy.float64]
REMARK = "Accuracy is R²: the share of the targets' variance that its numbers tell."
APART = 0.01  # of the targets' deviation: items of two models that are further apart are counted


def targets(dataset: Dataset) -> Floats:
    """N or N×K numbers, one or K for each item. Raises DatasetError for texts and for constants."""
    labels = dataset.labels
    if labels.dtype.kind not in "biuf" or not numpy.isfinite(labels).all():
        raise DatasetError(
            f"The labels of {dataset.name} are no finite numbers.",
            "Leave --metric regression out, or give targets.",
        )
    numbers = labels.astype(numpy.float64)
    if len(numbers) < 2 or not (numbers != numbers[0]).any():
        raise DatasetError(
            f"The targets of {dataset.name} do not differ, so that there is nothing to tell.",
            "Give two items or more, with targets of their own.",
        )
    if abs(numbers).max() > FARTHEST or not VARIANCES[0] <= _variance(numbers) <= VARIANCES[1]:
        raise DatasetError(
            f"The targets of {dataset.name} are too large or too near each other for a variance.",
            "Give them in another unit.",
        )
    return numbers


def _variance(numbers: Floats) -> float:
    with numpy.errstate(over="ignore"):
        return float(((numbers - numbers.mean(axis=0)) ** 2).mean())


def predicted(
    calls: Iterable[Sequence[Any]], names: Sequence[str], batch: int, dataset: Dataset, model: str
) -> Floats | None:
    """What a model gives for each item, from the first output of the targets' shape.

    None where nothing is computed. Raises DatasetError where no output has as many numbers an item.
    """
    wanted = targets(dataset).shape[1:]
    parts: list[Array] = []
    place: int | None = None
    for outputs in calls:
        if place is None:
            fits = [rows_of(each, batch)[0].shape == (batch, *wanted) for each in outputs]
            if True not in fits:
                shapes = ", ".join(
                    f"{name} {list(numpy.shape(each))}"
                    for name, each in zip(names, outputs, strict=True)
                )
                raise DatasetError(
                    f"No output of {model} has {_each(wanted)} for each of the {batch} items of a"
                    f" call, as the targets have: {shapes}.",
                    "Count with --metric module:function, which gets all outputs.",
                )
            place = fits.index(True)
        parts.append(numpy.array(rows_of(outputs[place], batch)[0], numpy.float64))
    return numpy.concatenate(parts)[: len(dataset.labels)] if parts else None


def judged(ours: Floats, dataset: Dataset, original: Floats | None = None) -> Accuracy:
    """R² and errors of the items whose numbers are finite, and within FARTHEST, as an `original`'s.

    `disagreements` are items that are further from the original's than a hundredth of the targets'
    deviation.
    """
    wanted = targets(dataset)
    finite = (abs(_by_item(ours)) <= FARTHEST).all(axis=1)
    accuracy = Accuracy(
        dataset.name,
        None,
        len(wanted),
        not_finite=int((~finite).sum()),
        metric=REGRESSION,
        remarks=(REMARK,),
    )
    variance = _variance(wanted)
    if finite.sum() < 2:
        return accuracy
    squares = _squares(ours[finite], wanted[finite])
    errors = Errors(
        float(abs(ours[finite] - wanted[finite]).mean()),
        float(numpy.sqrt(squares.mean())),
        variance,
        packed_numbers(squares),
    )
    if original is None or not (abs(original) <= FARTHEST).all():
        return replace(accuracy, errors=errors)
    apart = abs(_by_item(ours - original)).max(axis=1) > APART * numpy.sqrt(variance)
    return replace(
        accuracy,
        max_abs_diff=distance(ours[finite], original[finite]).largest,
        disagreements=int((apart | ~finite).sum()),
        constant=bool((ours == ours[0]).all() and (original != original[0]).any()),
        errors=replace(errors, original=float(numpy.sqrt(_squares(original, wanted).mean()))),
    )


def _squares(numbers: Floats, wanted: Floats) -> Floats:
    """The mean squared error of each item."""
    return numpy.asarray((_by_item(numbers - wanted) ** 2).mean(axis=1))


def _by_item(numbers: Floats) -> Floats:
    return numbers.reshape(len(numbers), -1)


def _each(shape: tuple[int, ...]) -> str:
    return f"{' × '.join(map(str, shape))} numbers" if shape else "a number"
