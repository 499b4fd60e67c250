"""Which values suit an input, by the operators that take it and by its name."""

import re
from collections.abc import Mapping
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from bench.domain import Model
from bench.models.cost.count import shapes_of
from bench.models.feed.rules import JOINING, ONLY_INTEGERS, PASSING, RULES, SPLITTING, Place, Shape
from bench.models.feed.values import WORDS, Values, strictest
from bench.models.files import weightless

SAMPLE_RATE = 16_000  # Hz, that of most models of speech
TEXT = ("text",)
_WHOLE = {"uint8": range(256), "int8": range(-128, 128), "uint16": range(2**16)}

Key = tuple[str, int]  # of a rule: an operator, and the number of its input
Sizes = Mapping[str, int]


def suited(
    model: Model,
    shapes: Mapping[str, tuple[int, ...]],
    file: onnx.ModelProto | None,
    sizes: Sizes,
) -> dict[str, Values]:
    """What suits the inputs of `model` of these shapes; those without an entry take any value.

    `file` is None for one that cannot be decoded; names and types are looked at all the same.
    """
    suitable: dict[str, Values] = {}
    places, split = _places(file, shapes, sizes) if file else ({}, set())
    for tensor in model.inputs:
        values = _by_name(tensor.name, tensor.dtype, shapes)
        rules = [
            RULES[key](place)
            for key, place in places.get(tensor.name, ())
            if not (key[0] in ONLY_INTEGERS and "float" in tensor.dtype)
        ]
        if values is None and rules:
            # An index into a table of unknown length is 0, as long as nothing else is known.
            values = strictest([rule for rule in rules if rule is not None] or [0])
        if values is None:
            values = TEXT if tensor.dtype == "string" else _WHOLE.get(tensor.dtype)
        if isinstance(values, tuple) and tensor.name in split:
            values = _sentences(values)
        if values is not None:
            suitable[tensor.name] = values
    return suitable


def file_of(model: Model) -> onnx.ModelProto | None:
    """The file without the values of its weights, or None where it cannot be decoded."""
    try:
        return weightless.load(Path(model.path))
    except (DecodeError, ValueError, OSError):
        return None


def _by_name(name: str, dtype: str, shapes: Mapping[str, tuple[int, ...]]) -> Values | None:
    """Masks keep everything; lengths are the last dimension of the first input that is longer."""
    words = name.lower()
    if "mask" in words:
        return 1
    if "int" not in dtype:
        return None
    if re.fullmatch(r"sr|.*sampl(e|ing)_?rate", words):
        return SAMPLE_RATE
    if "length" in words or "lens" in words:
        rank = len(shapes[name])
        return next((shape[-1] for shape in shapes.values() if len(shape) > rank), None)
    return None


def _places(
    file: onnx.ModelProto, shapes: Mapping[str, tuple[int, ...]], sizes: Sizes
) -> tuple[dict[str, list[tuple[Key, Place]]], set[str]]:
    """By input, the rules' keys for the nodes that take it, also behind passing operators.

    And the inputs whose texts are split into words.
    """
    inferred, _ = shapes_of(file, sizes)
    known = {**_declared(file.graph), **inferred, **shapes}
    constants = {tensor.name: tensor for tensor in file.graph.initializer}
    constants |= {
        node.output[0]: entry.t
        for node in file.graph.node
        if node.op_type == "Constant"
        for entry in node.attribute
        if entry.name == "value"
    }
    origin = {name: name for name in shapes}  # whose values a tensor has
    places: dict[str, list[tuple[Key, Place]]] = {}
    split: set[str] = set()
    for node in file.graph.node:  # sorted topologically (ONNX specification)
        for index, name in enumerate(node.input):
            if name in origin and (node.op_type, index) in RULES:
                first = origin[name]
                shape = shapes[first]
                place = Place(node, shape[0] if len(shape) == 1 else 0, known, constants)
                places.setdefault(first, []).append(((node.op_type, index), place))
        passed = node.input if node.op_type in JOINING else node.input[:1]
        if node.op_type in PASSING or node.op_type in JOINING:
            sources = [origin[name] for name in passed if name in origin]
            origin |= dict.fromkeys(node.output, sources[0]) if sources else {}
            split |= set(sources) if node.op_type in SPLITTING else set()
    return places, split


def _declared(graph: onnx.GraphProto) -> dict[str, Shape]:
    """Shapes as the file states them, which may be all there is where nothing can be inferred."""
    known: dict[str, Shape] = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.value_info, *graph.output):
        known[value.name] = tuple(
            dim.dim_value or dim.dim_param for dim in value.type.tensor_type.shape.dim
        )
    return known


def _sentences(words: tuple[str, ...]) -> tuple[str, ...]:
    """Texts of these words, each beginning with another one."""
    return tuple(
        " ".join(words[(first + step) % len(words)] for step in range(WORDS))
        for first in range(min(len(words), WORDS))
    )
