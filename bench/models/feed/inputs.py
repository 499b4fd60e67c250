"""The arrays that a model is fed where none are given: made from a seed."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy

from bench.domain import Model, Tensor
from bench.models.feed.arrays import Value, made, made_of_type
from bench.models.feed.dimensions import NONE, Sizes, shape_of, sizes
from bench.models.feed.ranges import graph_of, suited

Inputs = Mapping[str, Value]
NOTHING: Inputs = MappingProxyType({})
COMPOSED = ("sequence", "optional")


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
    declared = {entry.name: entry.type for entry in graph.input} if graph else {}
    generator = numpy.random.default_rng(seed)

    def value(tensor: Tensor) -> Value:
        name = tensor.name
        if name in given:
            return given[name]
        if tensor.dtype in COMPOSED and name in declared:
            return made_of_type(name, declared[name], generator)
        return made(tensor, shapes[name], values.get(name), generator)

    return {tensor.name: value(tensor) for tensor in model.inputs}
