"""Labelled data sets by name or path."""

import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from bench.domain import Model
from bench.errors import DatasetError
from bench.models.catalog import exported_folder

Prepare = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True)
class Dataset:
    """`items` N×… as they are stored, one class number in `labels` (N) for each.

    `prepare` turns stored items into what a model takes; it is applied to a batch at a time, so
    that a worker which needs one batch does not prepare ten thousand items.
    """

    name: str
    items: NDArray[Any]
    labels: NDArray[numpy.int64]
    prepare: Prepare

    def batch(self, start: int, size: int) -> NDArray[Any]:
        """`size` inputs from `start` on; past the end it begins anew."""
        rows = numpy.arange(start, start + size) % len(self.labels)
        return self.prepare(self.items[rows])


def open_dataset(name: str) -> Dataset:
    """`mnist` for the bundled test images, or the path of an .npz file (`inputs`, `labels`).

    Raises DatasetError with the reason when there is no such data set or it is damaged.
    """
    return _mnist("test") if name == "mnist" else _from_npz(Path(name))


def open_training_set(name: str) -> Dataset:
    """What belongs to the data set `name` and is not judged: of `mnist`, the training images.

    Of an .npz file there is nothing else, so it is the same. Raises DatasetError as above.
    """
    return _mnist("train") if name == "mnist" else _from_npz(Path(name))


def _mnist(part: Literal["train", "test"]) -> Dataset:
    from train import mnist
    from train.errors import TrainError

    folder = mnist.TRAINING_FOLDER if part == "train" else exported_folder()
    try:
        split = mnist.load(part, folder)
    except TrainError as error:
        raise DatasetError(error.message, error.hint) from error
    return Dataset("mnist", split.images, split.labels.astype(numpy.int64), mnist.normalise)


def _from_npz(path: Path) -> Dataset:
    hint = "Use --dataset mnist, or an .npz file with arrays 'inputs' (N×…) and 'labels' (N)."
    if os.path.exists(path) and not os.path.isfile(path):  # a pipe would be waited for
        raise DatasetError(f"The data set {path} cannot be read: it is not a regular file.", hint)
    try:
        with numpy.load(path, allow_pickle=False) as arrays:
            missing = [name for name in ("inputs", "labels") if name not in arrays]
            if missing:
                raise DatasetError(f"{path} has no array called '{missing[0]}'.", hint)
            inputs, labels = arrays["inputs"], arrays["labels"]
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(f"The data set {path} cannot be read: {error}.", hint) from error
    if labels.ndim != 1 or inputs.shape[:1] != labels.shape or not len(labels):
        raise DatasetError(
            f"{path} has inputs of shape {inputs.shape} and labels of shape {labels.shape}.", hint
        )
    if labels.dtype.kind not in "iu":
        raise DatasetError(f"The labels of {path} are {labels.dtype}, not class numbers.", hint)
    return Dataset(path.name, inputs, labels.astype(numpy.int64), numpy.ascontiguousarray)


def check_fits(dataset: Dataset, model: Model) -> None:
    """Raise DatasetError unless the data set's inputs are what `model` takes."""
    sample = dataset.batch(0, 1)
    have = sample.shape[1:]
    if len(model.inputs) != 1:
        raise DatasetError(
            f"{model.name} has {len(model.inputs)} inputs; a labelled data set feeds exactly one.",
            "Run it without --dataset.",
        )
    (tensor,) = model.inputs
    want = tensor.shape[1:]
    fits = len(want) == len(have) and all(
        isinstance(w, str) or w == h for w, h in zip(want, have, strict=True)
    )
    if not fits or tensor.dtype != sample.dtype.name:
        raise DatasetError(
            f"{model.name} takes {tensor.dtype} inputs of shape {_shape(want)}, but the data set"
            f" {dataset.name} has {sample.dtype.name} of shape {_shape(have)}.",
            "Give a data set of the model's own shape, or run it without --dataset.",
        )


def _shape(shape: tuple[int | str, ...]) -> str:
    return "×".join(str(dim) for dim in shape) or "scalar"
