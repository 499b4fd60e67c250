"""Which values suit an input, by the operators that take it and by its name."""

from collections.abc import Mapping
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from bench.domain import Model
from bench.models.feed.rules import ONLY_INTEGERS, PASSING, RULES, Place, Shape, Values

# Bytes of a file that is searched; decoding a larger one would show in the worker's peak memory.
LARGEST_FILE = 64 * 2**20

Key = tuple[str, int]  # of a rule: an operator, and the number of its input


def suited(
    model: Model, shapes: Mapping[str, tuple[int, ...]], graph: onnx.GraphProto | None
) -> Mapping[str, Values]:
    """What suits the inputs of `model` of these shapes; those without an entry take any value.

    `graph` is None for a file that is too large to be searched; names are looked at all the same.
    """
    suitable: dict[str, Values] = {}
    places = _places(graph, shapes) if graph else {}
    for tensor in model.inputs:
        values = _by_name(tensor.name, tensor.dtype, shapes)
        rules = [
            RULES[key](place)
            for key, place in places.get(tensor.name, ())
            if not (key[0] in ONLY_INTEGERS and "float" in tensor.dtype)
        ]
        if values is None and rules:
            values = min(rules, key=_freedom)
        if values is not None:
            suitable[tensor.name] = values
    return suitable


def _freedom(values: Values) -> int:
    """The fewer numbers to choose from, the stricter; what is no range leaves no choice."""
    return len(values) if isinstance(values, range) else 0


def _by_name(name: str, dtype: str, shapes: Mapping[str, tuple[int, ...]]) -> Values | None:
    """Masks keep everything; lengths are the last dimension of the first input that is longer."""
    words = name.lower()
    if "mask" in words:
        return 1
    if "int" in dtype and ("length" in words or "lens" in words):
        rank = len(shapes[name])
        return next((shape[-1] for shape in shapes.values() if len(shape) > rank), None)
    return None


def graph_of(model: Model) -> onnx.GraphProto | None:
    """The graph without external data, or None where the file is large or cannot be decoded."""
    path = Path(model.path)
    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        return None
    try:
        return onnx.load(path, format="protobuf", load_external_data=False).graph
    except (DecodeError, ValueError, OSError):
        return None


def _places(
    graph: onnx.GraphProto, shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, list[tuple[Key, Place]]]:
    """By input, the rules' keys for the nodes that take it, also behind passing operators."""
    known: dict[str, Shape] = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.value_info, *graph.output):
        known[value.name] = tuple(
            dim.dim_value or dim.dim_param for dim in value.type.tensor_type.shape.dim
        )
    known |= shapes
    origin = {name: name for name in shapes}  # whose values a tensor has
    places: dict[str, list[tuple[Key, Place]]] = {}
    for node in graph.node:  # sorted topologically (ONNX specification)
        for index, name in enumerate(node.input):
            if name in origin and (node.op_type, index) in RULES:
                first = origin[name]
                shape = shapes[first]
                place = Place(node, shape[0] if len(shape) == 1 else 0, known)
                places.setdefault(first, []).append(((node.op_type, index), place))
        if node.op_type in PASSING and node.input and node.input[0] in origin:
            origin |= dict.fromkeys(node.output, origin[node.input[0]])
    return places
