"""The arrays that a model is fed: from a labelled data set, or made from a seed."""

from collections.abc import Mapping

import numpy

from bench.domain import Model, Tensor
from bench.errors import ModelError

Inputs = Mapping[str, numpy.ndarray]


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


def check_batch(model: Model, batch: int) -> None:
    """Raise ModelError when `model` cannot be run with `batch` items a call."""
    fixed = fixed_batch(model)
    if fixed is not None and fixed != batch:
        raise ModelError(
            f"{model.name} has a fixed batch of {fixed} and cannot run {batch} items a call.",
            f"Use --batch {fixed}, or export it with a dynamic first dimension.",
        )


def made_inputs(model: Model, batch: int, seed: int) -> Inputs:
    """Inputs for any model: dynamic first dimensions are `batch`, other dynamic ones are 1.

    Floats are standard normal. Integers and booleans are 0, the one value that is a valid index
    into every non-empty tensor.
    """
    generator = numpy.random.default_rng(seed)
    return {tensor.name: _made(tensor, batch, generator) for tensor in model.inputs}


def _made(tensor: Tensor, batch: int, generator: numpy.random.Generator) -> numpy.ndarray:
    shape = tuple(
        dim if isinstance(dim, int) else batch if axis == 0 else 1
        for axis, dim in enumerate(tensor.shape)
    )
    try:
        dtype = numpy.dtype(tensor.dtype)
    except TypeError as error:
        raise ModelError(
            f"Input '{tensor.name}' is of type {tensor.dtype}, which cannot be made up.",
            "Only numeric and boolean tensors are fed so far.",
        ) from error
    if dtype.kind == "f":
        return generator.standard_normal(shape).astype(dtype)
    return numpy.zeros(shape, dtype)
