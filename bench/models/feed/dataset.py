"""Labelled data sets by name or path."""

import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from bench.domain import Model, Tensor
from bench.errors import DatasetError
from bench.gist import gist, refusal
from bench.models.catalog import exported_folder

Prepare = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True)
class Dataset:
    """`items` N×… as they are stored, and their `labels`: N classes, or targets N×….

    `by_input` are items by the name of the input that they feed; `items` feed an only input of
    any name. `prepare` turns stored items into what a model takes; it is applied to a batch at a
    time, so that a worker which needs one batch does not prepare ten thousand items. `places` say
    of a sample which of all items it has.
    """

    name: str
    items: NDArray[Any] | None
    labels: NDArray[Any]
    prepare: Prepare
    by_input: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    places: NDArray[numpy.int64] | None = None

    def sample(self, count: int | None) -> "Dataset":
        """`count` of its items, spread evenly and the same each time; for None all of them."""
        total = len(self.labels)
        if count is None or total <= count:
            return self
        places = numpy.arange(count, dtype=numpy.int64) * total // count
        return replace(
            self,
            items=None if self.items is None else self.items[places],
            labels=self.labels[places],
            by_input={name: items[places] for name, items in self.by_input.items()},
            places=places,
        )

    def batch(self, start: int, size: int) -> NDArray[Any]:
        """`size` of the `items` from `start` on; past the end it begins anew."""
        assert self.items is not None
        return self._prepared(self.items, start, size)

    def feed(self, model: Model, start: int, size: int) -> dict[str, NDArray[Any]]:
        """As `batch` for each input of a `model` that `check_fits`."""
        arrays = {tensor.name: self.items_of(tensor, model) for tensor in model.inputs}
        return {
            name: self._prepared(items, start, size)
            for name, items in arrays.items()
            if items is not None
        }

    def items_of(self, tensor: Tensor, model: Model) -> NDArray[Any] | None:
        """What feeds an input: the array of its name, or that of the only input."""
        alone = self.items if len(model.inputs) == 1 else None
        return self.by_input.get(tensor.name, alone)

    def _prepared(self, items: NDArray[Any], start: int, size: int) -> NDArray[Any]:
        return self.prepare(items[numpy.arange(start, start + size) % len(self.labels)])


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
            stored = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        why = refusal(error) if isinstance(error, OSError) else gist(error)
        if "pickled" in why:  # numpy takes whatever it does not know for a pickle
            why = "it is no .npz file"
        raise DatasetError(f"The data set {path} cannot be read: {why}.", hint) from error
    labels = stored.pop("labels", None)
    inputs = stored.pop("inputs", None)
    if labels is None or (inputs is None and not stored):
        name = "labels" if labels is None else "inputs"
        raise DatasetError(f"{path} has no array called '{name}'.", hint)
    for name, items in [("inputs", inputs)] if inputs is not None else stored.items():
        if not labels.ndim or items.shape[:1] != labels.shape[:1] or not len(labels):
            raise DatasetError(
                f"{path} has {name} of shape {items.shape} and labels of shape {labels.shape}.",
                hint,
            )
    by_input = {k: items for k, items in stored.items() if items.shape[:1] == labels.shape[:1]}
    return Dataset(path.name, inputs, _labels(labels, path, hint), _as_taken, by_input)


def _as_taken(items: NDArray[Any]) -> NDArray[Any]:
    """Texts as objects, as runtimes take them."""
    if items.dtype.kind in "US":
        return items.astype(str).astype(object)
    return numpy.ascontiguousarray(items)


def _labels(labels: NDArray[Any], path: Path, hint: str) -> NDArray[Any]:
    """Class numbers, texts, or floats as targets. Raises DatasetError for anything else."""
    # What has one number for each item may be a column of them.
    alone = labels.reshape(len(labels)) if labels.size == len(labels) else labels
    if labels.dtype.kind in "US":
        return alone.astype(str)
    if labels.dtype.kind not in "biuf":
        raise DatasetError(
            f"The labels of {path} are {labels.dtype}, neither classes nor targets.", hint
        )
    return alone.astype(numpy.float64 if labels.dtype.kind == "f" else numpy.int64)


def check_fits(dataset: Dataset, model: Model) -> None:
    """Raise DatasetError unless the data set's inputs are what `model` takes."""
    for tensor in model.inputs:
        if dataset.items_of(tensor, model) is None:
            several = len(model.inputs) > 1
            raise DatasetError(
                f"{model.name} has {len(model.inputs)} {'inputs' if several else 'input'}, and the"
                f" data set {dataset.name} has no array called '{tensor.name}'.",
                "Give an .npz file with 'labels' and an array for each input, or run it without"
                " --dataset.",
            )
    if not model.inputs:
        raise DatasetError(
            f"{model.name} has 0 inputs, and a data set feeds one at least.",
            "Run it without --dataset.",
        )
    for name, sample in dataset.feed(model, 0, 1).items():
        _check_fits(
            dataset, model, next(each for each in model.inputs if each.name == name), sample
        )


def _check_fits(dataset: Dataset, model: Model, tensor: Tensor, sample: NDArray[Any]) -> None:
    have, want = sample.shape[1:], tensor.shape[1:]
    fits = len(want) == len(have) and all(
        isinstance(w, str) or w == h for w, h in zip(want, have, strict=True)
    )
    typed = "string" if sample.dtype.kind == "O" else sample.dtype.name
    if not fits or tensor.dtype != typed:
        raise DatasetError(
            f"{model.name} takes {tensor.dtype} inputs of shape {_shape(want)}, but the data set"
            f" {dataset.name} has {typed} of shape {_shape(have)}.",
            f"Save them with astype('{tensor.dtype.replace('string', 'str')}'), or run it without"
            " --dataset."
            if fits
            else "Give a data set of the model's own shape, or run it without --dataset.",
        )


def _shape(shape: tuple[int | str, ...]) -> str:
    return "×".join(str(dim) for dim in shape) or "scalar"
