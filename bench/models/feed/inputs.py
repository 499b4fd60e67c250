"""The arrays that a model is fed where none are given: made from a seed."""

import hashlib
import zlib
from collections.abc import Mapping
from types import MappingProxyType

import numpy

from bench.domain import Model, Tensor
from bench.models.feed.arrays import Value, made, made_of_type
from bench.models.feed.batch import NONE, Sizes
from bench.models.feed.dimensions import shape_of, sizes
from bench.models.feed.feeding import is_plain
from bench.models.feed.values import Values

Inputs = Mapping[str, Value]
NOTHING: Inputs = MappingProxyType({})
COMPOSED = ("sequence", "optional")


def made_inputs(
    model: Model,
    batch: int,
    seed: int,
    dims: Sizes = NONE,
    given: Inputs = NOTHING,
    values: Mapping[str, Values] | None = None,
) -> Inputs:
    """Inputs for any model, of the sizes in `dims` and those of `bench.models.feed.dimensions`.

    Those in `given` stay as they are. Of the others, floats are standard normal, and sequences hold
    one tensor, unless `values`, or without these `bench.models.feed.ranges`, know what suits
    better. An input follows from the seed, its name, type, shape and values alone, so that models
    that share these are fed the same. Raises ModelError for an input that cannot be made.
    """
    known = sizes(model, batch, dims)
    shapes = {tensor.name: shape_of(tensor, known) for tensor in model.inputs}
    composed = any(tensor.dtype in COMPOSED for tensor in model.inputs)
    file = None
    if composed or values is None:
        from bench.models.feed.ranges import file_of, suited  # imports onnx

        file = file_of(model) if composed or not is_plain(model) else None
        values = suited(model, shapes, file, known) if values is None else values
    declared = {entry.name: entry.type for entry in file.graph.input} if file else {}

    def within(tensor: Tensor) -> tuple[int, ...]:
        """Of a tensor in a sequence or an optional: as it would be alone, but for known names."""
        alone = sizes(Model(tensor.name, "", inputs=(tensor,)), 1, NONE)
        return shape_of(tensor, {**alone, **known})

    def value(tensor: Tensor) -> Value:
        name = tensor.name
        if name in given:
            return given[name]
        generator = numpy.random.default_rng([seed, zlib.crc32(name.encode())])
        if tensor.dtype in COMPOSED and name in declared:
            return made_of_type(name, declared[name], within, generator)
        return made(tensor, shapes[name], values.get(name), generator)

    return {tensor.name: value(tensor) for tensor in model.inputs}


def digest(inputs: Inputs) -> str:
    """SHA-256 of names, types, shapes and values, in the order of the names."""
    state = hashlib.sha256()
    for name in sorted(inputs):
        value = inputs[name]
        state.update(f"{name} {type(value).__name__};".encode())
        for array in value if isinstance(value, list) else [value]:
            if array is None:
                continue
            state.update(f"{array.dtype.name} {array.shape};".encode())
            texts = array.dtype.kind == "O"
            content = array.astype(str) if texts else numpy.ascontiguousarray(array)
            state.update(repr(content.tolist()).encode() if texts else content.tobytes())
    return state.hexdigest()
