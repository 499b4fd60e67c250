"""Inputs that the user gives, as arrays in files or as a folder of ONNX test data."""

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.domain import Model, Tensor
from bench.errors import ModelError
from bench.models.feed.arrays import Value, numpy_type
from bench.models.feed.batch import Sizes
from bench.models.feed.dimensions import bound
from bench.models.feed.inputs import COMPOSED
from bench.models.files.readable import check_file

HOW = "Use --input NAME=FILE.npy, FILE.npz, or a folder with input_0.pb, input_1.pb …"
UNREADABLE = (OSError, ValueError, EOFError, TypeError, MemoryError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Given:
    """Values for inputs by name, and those that outputs are expected to have, where known."""

    inputs: Mapping[str, Value] = field(default_factory=dict)
    expected: Mapping[str, Value] = field(default_factory=dict)


def given(model: Model, sources: Sequence[str]) -> Given:
    """What `sources` hold for `model`: each `name=file.npy`, `file.npz` or a folder of test data.

    A later source replaces what an earlier one gave for the same name. Nothing is unpickled. Raises
    ModelError for a file that cannot be read and for a value that does not fit its input.
    """
    inputs: dict[str, Value] = {}
    expected: dict[str, Value] = {}
    for source in sources:
        name, equals, file = source.partition("=")
        if equals and file.endswith(".npy"):
            inputs[name] = _array(Path(file))
        elif source.endswith(".npz"):
            inputs |= _arrays(Path(source))
        elif Path(source).is_dir():
            from bench.models.feed.test_data import read_folder  # imports onnx

            from_folder, wanted = read_folder(model, Path(source))
            inputs |= from_folder
            expected |= wanted
        else:
            raise ModelError(f"'{source}' cannot be used as an input.", HOW)
    return Given(
        {name: _fitting(model, name, value) for name, value in inputs.items()},
        expected,
    )


def sizes_given(model: Model, inputs: Mapping[str, Value], dims: Sizes) -> Sizes:
    """`dims` with the sizes of dynamic dimensions that the given arrays mean.

    Raises ModelError where the two, or two of the arrays, mean different sizes.
    """
    shapes = {k: v.shape for k, v in inputs.items() if isinstance(v, numpy.ndarray)}
    meant = bound(model, shapes)
    for name, size in dims.items():
        if meant.get(name, size) != size:
            raise ModelError(
                f"The dimension '{name}' of {model.name} is {meant[name]} in an input that was"
                f" given, and --dim says {size}.",
                "Leave --dim out, or give an array of that size.",
            )
    return {**meant, **dims}


def changeless(inputs: Mapping[str, Value]) -> dict[str, Value]:
    """Those that random numbers cannot stand in for: what is no float may be an index or a mask."""
    return {
        name: value
        for name, value in inputs.items()
        if not isinstance(value, numpy.ndarray) or value.dtype.kind != "f"
    }


def _array(path: Path) -> NDArray[Any]:
    check_file(path, HOW)
    try:
        array = numpy.load(path, allow_pickle=False)
    except UNREADABLE as error:
        raise ModelError(f"The input {path} cannot be read: {_said(error)}.", HOW) from error
    if not isinstance(array, numpy.ndarray):
        raise ModelError(f"The input {path} holds several arrays.", "Rename it to end in .npz.")
    return array


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    check_file(path, HOW)
    try:
        with numpy.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays}
    except (*UNREADABLE, AttributeError) as error:  # one array has no names
        raise ModelError(f"The inputs {path} cannot be read: {_said(error)}.", HOW) from error


def _said(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _fitting(model: Model, name: str, value: Value) -> Value:
    """`value` as the input called `name` takes it. Raises ModelError where it does not fit."""
    tensor = next((tensor for tensor in model.inputs if tensor.name == name), None)
    if tensor is None:
        names = ", ".join(known.name for known in model.inputs)
        raise ModelError(f"{model.name} has no input called '{name}'.", f"It has: {names}.")
    if tensor.dtype in COMPOSED or not isinstance(value, numpy.ndarray):
        if tensor.dtype not in COMPOSED:
            raise ModelError(
                f"Input '{name}' takes a tensor, but was given a sequence or nothing.", HOW
            )
        return [value] if tensor.dtype == "sequence" and not isinstance(value, list) else value
    array = _typed(tensor, value)
    fits = len(array.shape) == len(tensor.shape) and all(
        isinstance(want, str) or want == have
        for want, have in zip(tensor.shape, array.shape, strict=True)
    )
    # A file may declare no shape at all, which reads as that of a single number.
    same = array.dtype.name == tensor.dtype.replace("string", "object")
    if not same or (tensor.shape and not fits):
        raise ModelError(
            f"Input '{name}' of {model.name} is {tensor.dtype} of shape {_shape(tensor.shape)}, but"
            f" was given {_word(array)} of shape {_shape(array.shape)}.",
            "Give an array of the input's own type and shape.",
        )
    return array


def _typed(tensor: Tensor, array: NDArray[Any]) -> NDArray[Any]:
    """Texts as objects; bytes as the type that numpy's own files have no name for."""
    if array.dtype.kind in "US":
        return array.astype(str).astype(object)
    if array.dtype.type is numpy.void and array.dtype.fields is None:
        wanted = numpy_type(tensor.dtype, tensor.name)
        same = wanted.kind != "O" and wanted.itemsize == array.dtype.itemsize
        return array.view(wanted) if same else array
    return array


def _word(array: NDArray[Any]) -> str:
    return "string" if array.dtype.kind == "O" else array.dtype.name


def _shape(shape: Sequence[int | str]) -> str:
    return "×".join(str(dim) for dim in shape) or "one number"
