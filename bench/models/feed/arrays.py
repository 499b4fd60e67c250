"""Arrays of every element type that ONNX has, made to suit an input."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy
from numpy.typing import NDArray

from bench.domain import Tensor
from bench.errors import ModelError
from bench.models.feed.values import Values

if TYPE_CHECKING:  # a worker in another environment may have none
    import onnx

# What is fed to an input: an array, several for a sequence, or None for an optional without one.
Value = NDArray[Any] | list[Any] | None
# The shape of a tensor inside of another value.
Sized = Callable[[Tensor], tuple[int, ...]]


def numpy_type(dtype: str, name: str) -> numpy.dtype[Any]:
    """The element type called `dtype`, with texts as objects.

    Raises ModelError for one that onnx does not have, naming the tensor.
    """
    try:
        return numpy.dtype("object" if dtype == "string" else dtype)
    except TypeError:
        pass
    try:
        import ml_dtypes  # noqa: F401 - onnx brings it; it teaches numpy bfloat16, float8, int4 …

        return numpy.dtype(dtype)
    except (TypeError, ImportError) as error:
        raise _unmakeable(name, dtype) from error


def _unmakeable(name: str, kind: str) -> ModelError:
    return ModelError(
        f"Input '{name}' is of type {kind}, which cannot be made up.",
        f"Give one with --input {name}=FILE.npy.",
    )


def made(
    tensor: Tensor,
    shape: tuple[int, ...],
    values: Values | None,
    generator: numpy.random.Generator,
) -> NDArray[Any]:
    """An array of `values`, or where any will do: normal floats, and else 0.

    Raises ModelError for an unknown type, and for more than there is memory.
    """
    dtype = numpy_type(tensor.dtype, tensor.name)
    try:
        return _filled(shape, dtype, values, generator)
    except (MemoryError, ValueError) as error:  # a ValueError beyond what numpy can count
        size = math.prod(shape) * dtype.itemsize
        raise ModelError(
            f"Input '{tensor.name}' of shape {list(shape)} takes {size:.3g} bytes, more than there"
            " is memory for.",
            "Choose smaller dimensions with --batch and --dim.",
        ) from error


def made_of_type(
    name: str, declared: "onnx.TypeProto", sized: Sized, generator: numpy.random.Generator
) -> Value:
    """A value of a type that is no tensor: a sequence of one tensor, or an optional's own value.

    What is inside is `sized`. Raises ModelError for maps and sparse tensors.
    """
    kind = declared.WhichOneof("value")
    if kind == "optional_type":
        return made_of_type(name, declared.optional_type.elem_type, sized, generator)
    if kind == "sequence_type":
        return [made_of_type(name, declared.sequence_type.elem_type, sized, generator)]
    if kind != "tensor_type":
        raise _unmakeable(name, (kind or "unknown").removesuffix("_type"))
    import onnx

    from bench.models.files.dimension import dimension  # imports onnx

    inner = declared.tensor_type
    shape = tuple(dimension(name, axis, dim) for axis, dim in enumerate(inner.shape.dim))
    tensor = Tensor(name, onnx.helper.tensor_dtype_to_np_dtype(inner.elem_type).name, shape)
    return made(tensor, sized(tensor), None, generator)


def _filled(
    shape: tuple[int, ...],
    dtype: numpy.dtype[Any],
    values: Values | None,
    generator: numpy.random.Generator,
) -> NDArray[Any]:
    if isinstance(values, tuple):
        return numpy.asarray(generator.choice(numpy.array(values, dtype), shape), dtype)
    if dtype.kind == "O":
        return numpy.full(shape, "", dtype)
    if values is None and "float" in dtype.name:
        # Half the memory of float64, which is what is drawn otherwise.
        drawn = numpy.float64 if dtype == numpy.float64 else numpy.float32
        return numpy.asarray(generator.standard_normal(shape, drawn)).astype(dtype)
    if isinstance(values, range):
        return numpy.asarray(generator.integers(values.start, values.stop, shape)).astype(dtype)
    if isinstance(values, list):
        if len(values) == math.prod(shape):
            return _within(numpy.array(values), dtype).reshape(shape)
        values = values[0] if values else 0
    return _within(numpy.full(shape, 0 if values is None else values), dtype)


def _within(array: NDArray[Any], dtype: numpy.dtype[Any]) -> NDArray[Any]:
    """`array` as `dtype`, with integers that it cannot hold at its nearest end."""
    if dtype.kind in "iu":
        limits = numpy.iinfo(dtype)
        # Of a single number, clip makes a number, which is no array.
        array = numpy.asarray(array.clip(max(limits.min, -(2**63)), min(limits.max, 2**63 - 1)))
    return array.astype(dtype)
