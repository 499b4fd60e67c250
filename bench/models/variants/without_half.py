"""Which operators of a model have no form for float16."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import onnx

from bench.models.variants.quantised import quantised_by

FLOAT, HALF = "tensor(float)", "tensor(float16)"


def without_half(proto: onnx.ModelProto, kept: Mapping[str, Sequence[int]]) -> set[str]:
    """Types of operators whose float32 numbers may not be float16, by what onnxruntime has defined.

    Also those that it does not know, those of quantised numbers, whose scales are float32 before
    opset 19, and what is scattered and summed. `kept` are the places of inputs, by type of
    operator, that a converter leaves in float32 in any case.
    """
    nodes = tuple(_nodes(proto.graph))
    defined = _defined(proto, nodes)
    return {
        node.op_type
        for node in nodes
        if quantised_by([node.op_type])
        or any(entry.name == "reduction" and entry.s != b"none" for entry in node.attribute)
        or not (schema := defined.get((node.domain, node.op_type)))
        or _floats_alone(node, schema, kept.get(node.op_type, ()))
    }


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """Those of branches and loops too."""
    for node in graph.node:
        yield node
        for entry in node.attribute:
            for inner in (entry.g, *entry.graphs):
                yield from _nodes(inner)


def _defined(proto: onnx.ModelProto, nodes: Iterable[onnx.NodeProto]) -> dict[tuple[str, str], Any]:
    """The definition of each operator, of the newest version that the model's opset has."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    opsets = {entry.domain: entry.version for entry in proto.opset_import}
    present = {(node.domain, node.op_type) for node in nodes}
    newest: dict[tuple[str, str], Any] = {}
    for schema in sorted(state.get_all_operator_schema(), key=lambda each: each.since_version):
        key = (schema.domain, schema.name)
        if key in present and schema.since_version <= opsets.get(schema.domain, 1):
            newest[key] = schema
    return newest


def _floats_alone(node: onnx.NodeProto, schema: Any, kept: Sequence[int]) -> bool:
    """Whether an input or output that the node has may be float32, and not float16."""
    allowed = {each.type_param_str: each.allowed_type_strs for each in schema.type_constraints}
    parts = (node.input, schema.inputs, kept), (node.output, schema.outputs, ())
    return any(
        name and place not in stays and FLOAT in types and HALF not in types
        for names, parameters, stays in parts
        for place, (name, parameter) in enumerate(zip(names, parameters, strict=False))
        for types in (allowed.get(parameter.typeStr, [parameter.typeStr]),)
    )
