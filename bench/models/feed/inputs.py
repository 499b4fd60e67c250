"""The arrays that a model is fed where none are given: made from a seed."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy

from bench.domain import Model, Tensor
from bench.errors import ModelError
from bench.models.feed.arrays import Value, made, made_of_type
from bench.models.feed.dimensions import Sizes, leading, shape_of, sizes
from bench.models.feed.ranges import graph_of, suited

Inputs = Mapping[str, Value]
NONE: Sizes = MappingProxyType({})
NOTHING: Inputs = MappingProxyType({})
COMPOSED = ("sequence", "optional")


def fixed_batch(model: Model) -> int | None:
    """The batch that the file prescribes, or None where the first dimensions are dynamic.

    Where inputs prescribe different ones, the first dimension is no batch that all share: a call
    is then one item.
    """
    first = [tensor.shape[0] for tensor in model.inputs if tensor.shape]
    fixed = {dim for dim in first if isinstance(dim, int)}
    if len(fixed) == 1:
        return fixed.pop()
    return 1 if fixed or not first else None


def check_batch(model: Model, batch: int, dims: Sizes = NONE) -> None:
    """Raise ModelError when `model`, of these sizes, cannot be run with `batch` items a call."""
    meant = leading(model, dims)
    if meant is not None and meant != batch:
        raise ModelError(
            f"The inputs of {model.name} have {meant} items a call, and --batch says {batch}.",
            "Leave --batch out, or give it the same number.",
        )
    fixed = fixed_batch(model)
    if fixed is not None and fixed != batch:
        raise ModelError(
            f"{model.name} has a fixed batch of {fixed} and cannot run {batch} items a call.",
            f"Use --batch {fixed}, or export it with a dynamic first dimension.",
        )


def made_inputs(
    model: Model, batch: int, seed: int, dims: Sizes = NONE, given: Inputs = NOTHING
) -> Inputs:
    """Inputs for any model, of the sizes in `dims` and those of `bench.models.feed.dimensions`.

    Those in `given` stay as they are. Of the others, floats are standard normal, integers and
    booleans 0, texts empty, and sequences hold one tensor, unless `bench.models.feed.ranges`
    knows what suits better. Raises ModelError for an input that cannot be made.
    """
    known = sizes(model, batch, dims)
    shapes = {tensor.name: shape_of(tensor, known) for tensor in model.inputs}
    # One input of floats takes any value: its file, which may be large, is not decoded for it.
    plain = len(model.inputs) == 1 and model.inputs[0].dtype.startswith("float")
    graph = None if plain else graph_of(model)
    values = suited(model, shapes, graph)
    declared = {value.name: value.type for value in graph.input} if graph else {}
    generator = numpy.random.default_rng(seed)

    def one(tensor: Tensor) -> Value:
        name = tensor.name
        if name in given:
            return given[name]
        if tensor.dtype in COMPOSED and name in declared:
            return made_of_type(name, declared[name], generator)
        return made(tensor, shapes[name], values.get(name), generator)

    return {tensor.name: one(tensor) for tensor in model.inputs}
