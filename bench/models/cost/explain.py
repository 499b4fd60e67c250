"""What a file holds and what running it takes, operator by operator, with the batch as a symbol."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import onnx

from bench.domain import Model
from bench.models.cost.count import NodeCost, costs
from bench.models.feed.batch import batch_dimensions, fixed_batch
from bench.models.feed.dimensions import sizes
from bench.models.files.describe import constants, graph_without_weights
from bench.models.files.dimension import dimension


@dataclass(frozen=True, slots=True)
class Linear:
    """constant + slope · batch."""

    constant: int
    slope: int


@dataclass(frozen=True, slots=True)
class OperatorCost:
    """All nodes of one operator in a call; None where one of them is not known."""

    operator: str
    nodes: int
    multiply_accumulates: Linear | None
    moved: Linear | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Bytes of all weights, in the file and beside it, and what operators cost, the dearest first.

    `batch` is the fixed one, None where it is free; `chosen` are sizes of other dynamic dimensions.
    `shapeless` are the tensors among inputs and outputs of which the file gives no shape, and
    `empty` the dimensions that it declares as 0.
    """

    weight_bytes: int
    operators: tuple[OperatorCost, ...]
    batch: int | None
    chosen: Mapping[str, int]
    shapeless: tuple[str, ...]
    empty: tuple[str, ...]


def explain(model: Model, dims: Mapping[str, int]) -> Explanation:
    """Count what the model at `model.path` holds and costs; nothing is run.

    Raises ModelError for a file that cannot be read and for `dims` that it does not have.
    """
    proto = graph_without_weights(Path(model.path))
    known = sizes(model, 1, dims)
    batches = [name for name in batch_dimensions(model) if name not in dims]
    tensors = [
        (value.name, value.type.tensor_type) for value in (*proto.graph.input, *proto.graph.output)
    ]
    once, twice = (costs(proto, {**known, **dict.fromkeys(batches, batch)}) for batch in (1, 2))
    return Explanation(
        weight_bytes=sum(_bytes(tensor) for tensor in constants(proto.graph)),
        operators=_by_operator(once, twice),
        batch=None if batches else fixed_batch(model) or 1,
        chosen={name: size for name, size in known.items() if name not in batches},
        shapeless=tuple(name for name, tensor in tensors if not tensor.HasField("shape")),
        empty=tuple(
            str(dimension(name, axis, dim))
            for name, tensor in tensors
            for axis, dim in enumerate(tensor.shape.dim)
            if dim.HasField("dim_value") and dim.dim_value == 0
        ),
    )


def _bytes(tensor: onnx.TensorProto) -> int:
    try:
        width = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    except KeyError:
        return 0
    numbers: int = math.prod(tensor.dims)
    return numbers * width


def _by_operator(once: Sequence[NodeCost], twice: Sequence[NodeCost]) -> tuple[OperatorCost, ...]:
    """Nodes by operator; `once` and `twice` are their costs at a batch of 1 and of 2."""
    operators: dict[str, OperatorCost] = {}
    for first, second in zip(once, twice, strict=True):
        macs = _linear(first.multiply_accumulates, second.multiply_accumulates)
        moved = _linear(first.moved, second.moved)
        before = operators.get(first.operator)
        operators[first.operator] = (
            OperatorCost(first.operator, 1, macs, moved)
            if before is None
            else replace(
                before,
                nodes=before.nodes + 1,
                multiply_accumulates=_sum(before.multiply_accumulates, macs),
                moved=_sum(before.moved, moved),
            )
        )
    return tuple(sorted(operators.values(), key=_dearest_first))


def _dearest_first(cost: OperatorCost) -> tuple[float, float]:
    """What is not known comes first: it may be anything."""
    return -_at_one(cost.multiply_accumulates), -_at_one(cost.moved)


def _at_one(cost: Linear | None) -> float:
    return math.inf if cost is None else cost.constant + cost.slope


def _linear(at_one: int | None, at_two: int | None) -> Linear | None:
    if at_one is None or at_two is None:
        return None
    return Linear(2 * at_one - at_two, at_two - at_one)


def _sum(first: Linear | None, second: Linear | None) -> Linear | None:
    if first is None or second is None:
        return None
    return Linear(first.constant + second.constant, first.slope + second.slope)
