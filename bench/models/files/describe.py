"""Reading what an ONNX file says about itself, inside a worker."""

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import onnx
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from bench.domain import Model, Tensor
from bench.errors import ModelError
from bench.models.cost.count import multiply_accumulates
from bench.models.feed.batch import fixed_batch
from bench.models.files import external_data, weightless
from bench.models.files.digest import digest
from bench.models.files.dimension import dimension
from bench.models.files.kind import refuse_other
from bench.models.files.readable import check_file


def describe(name: str, path: Path) -> Model:
    """Read the file at `path` without running it and without loading external data.

    Raises ModelError for a file that is missing, a directory, empty or not an ONNX model, and for
    external data that is missing, cut off or outside the model's folder.
    """
    proto = graph_without_weights(path)
    external_data.check(proto, path)
    weights = {tensor.name for tensor in proto.graph.initializer}
    kept = external_data.locations(proto)
    model = Model(
        name=name,
        path=str(path),
        sha256=digest(path, kept),
        size=path.stat().st_size,
        inputs=tuple(_tensor(v) for v in proto.graph.input if v.name not in weights),
        outputs=tuple(_tensor(v) for v in proto.graph.output),
        opset=next((o.version for o in proto.opset_import if o.domain in ("", "ai.onnx")), 0),
        ir_version=proto.ir_version,
        opsets={o.domain or "ai.onnx": o.version for o in proto.opset_import},
        producer=f"{proto.producer_name} {proto.producer_version}".strip(),
        parameters=_parameters(proto.graph),
        operators=dict(Counter(node.op_type for node in proto.graph.node)),
        metadata={entry.key: entry.value for entry in proto.metadata_props},
        weights=kept,
    )
    cost = multiply_accumulates(proto)
    each = None if cost is None else cost // (fixed_batch(model) or 1)
    return replace(model, multiply_accumulates=each)


def graph_without_weights(path: Path) -> onnx.ModelProto:
    """The decoded file; only small tensors have values. Raises ModelError as `describe`."""
    check_file(path)
    refuse_other(path)
    hint = "Export it again, or compare its digest with the original's."
    try:
        proto = weightless.load(path)
    except (DecodeError, ValueError) as error:
        raise ModelError(
            f"{path} is damaged or not an ONNX model: it cannot be decoded.", hint
        ) from error
    if not proto.graph.output or not proto.opset_import:
        raise ModelError(
            f"{path} is damaged or not an ONNX model: it has no graph output or no opset.", hint
        )
    if not _is_text(proto):
        raise ModelError(f"{path} is damaged: a text in it is not UTF-8.", hint)
    return proto


def _is_text(message: Message) -> bool:
    """Whether every text in `message` is one; protobuf gives others as bytes."""
    for field, value in message.ListFields():
        values = [value] if isinstance(value, (str, bytes, Message)) else value
        if field.type == FieldDescriptor.TYPE_STRING:
            if any(isinstance(text, bytes) for text in values):
                return False
        elif field.type == FieldDescriptor.TYPE_MESSAGE and not all(map(_is_text, values)):
            return False
    return True


def constants(graph: onnx.GraphProto) -> list[onnx.TensorProto]:
    """The tensors that are weights: initializers, and what nodes called Constant hold."""
    held = (node.attribute for node in graph.node if node.op_type == "Constant")
    return [*graph.initializer, *(entry.t for entries in held for entry in entries if entry.t.dims)]


def _parameters(graph: onnx.GraphProto) -> int:
    """Numbers that training adjusts: constant floats but for BatchNorm's running statistics.

    They are inputs 3 and 4 of BatchNormalization (ONNX operator specification).
    """
    statistics = {
        name
        for node in graph.node
        if node.op_type == "BatchNormalization"
        for name in node.input[3:5]
    }
    return sum(
        math.prod(tensor.dims)
        for tensor in constants(graph)
        if tensor.name not in statistics and "float" in _dtype(tensor.data_type, tensor.name).name
    )


def _tensor(value: onnx.ValueInfoProto) -> Tensor:
    kind = value.type.WhichOneof("value")
    if kind != "tensor_type":
        return Tensor(value.name, (kind or "unknown").removesuffix("_type"), ())
    tensor = value.type.tensor_type
    dtype = _dtype(tensor.elem_type, value.name).name if tensor.elem_type else "unknown"
    if tensor.elem_type == onnx.TensorProto.STRING:
        dtype = "string"
    shape = tuple(dimension(value.name, axis, dim) for axis, dim in enumerate(tensor.shape.dim))
    return Tensor(value.name, dtype, shape)


def _dtype(kind: int, name: str) -> numpy.dtype[Any]:
    try:
        return onnx.helper.tensor_dtype_to_np_dtype(kind)
    except KeyError as error:
        raise ModelError(
            f"The tensor '{name}' is of type {kind}, which ONNX does not have.",
            "The file is damaged, or newer than the installed onnx.",
        ) from error
