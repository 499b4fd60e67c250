"""What a model must compute and move, counted from its graph."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import onnx

from bench.models.files.dimension import dimension

_LARGEST_SHAPE_DATA = 128  # numbers; larger constants are weights, whose values set no shape

_UNCOUNTED = {
    *("Attention", "ConvInteger", "ConvTranspose", "DeformConv", "Einsum", "GRU", "LSTM"),
    *("MatMulInteger", "QLinearConv", "QLinearMatMul", "RNN"),
}
_COUNTED = ("Conv", "Gemm", "MatMul")

Shape = tuple[int, ...]
Sizes = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NodeCost:
    """One node of a graph: multiply-accumulates of a call, and bytes of its inputs and outputs.

    None where the operator or a shape is not known.
    """

    operator: str
    multiply_accumulates: int | None
    moved: int | None


def multiply_accumulates(model: onnx.ModelProto) -> int | None:
    """Multiply-accumulates of one call with every dynamic dimension 1, or None where unknown."""
    counts = [cost.multiply_accumulates for cost in costs(model)]
    return None if None in counts else sum(count for count in counts if count)


def costs(model: onnx.ModelProto, sizes: Sizes | None = None) -> Sequence[NodeCost]:
    """What each node costs, in the order of the graph; dynamic dimensions in `sizes` or 1.

    Counted are Conv, Gemm and MatMul, which do nearly all of a network's arithmetic: a Conv does
    C/group · k₁·k₂… for each output element, Gemm and MatMul the length of the summed dimension.
    Other operators that multiply, subgraphs and foreign operators are unknown; the rest counts 0.
    Bytes are those of all inputs, weights among them, and outputs, once each: what a cache or a
    fused kernel saves is not taken off.
    """
    shapes, widths = shapes_of(model, sizes or {})
    return [
        NodeCost(node.op_type, _node_macs(node, shapes), _moved(node, shapes, widths))
        for node in model.graph.node
    ]


def weights(graph: onnx.GraphProto) -> Mapping[str, int]:
    """Bytes of each initializer, and of each tensor that a node called Constant holds, by name."""
    held = (
        (node.output[0], attribute.t)
        for node in graph.node
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.name == "value"
    )
    named = [*((tensor.name, tensor) for tensor in graph.initializer), *held]
    return {
        name: math.ceil(math.prod(tensor.dims) * _width(tensor.data_type)) for name, tensor in named
    }


def _node_macs(node: onnx.NodeProto, shapes: Mapping[str, Shape]) -> int | None:
    if _is_opaque(node):
        return None
    if node.op_type not in _COUNTED:
        return 0
    weight, output = shapes.get(node.input[1]), shapes.get(node.output[0])
    if not weight or not output:
        return None
    return math.prod(output) * _summed(node, weight)


def _moved(
    node: onnx.NodeProto, shapes: Mapping[str, Shape], widths: Mapping[str, float]
) -> int | None:
    names = [name for name in (*node.input, *node.output) if name]
    if any(name not in shapes or name not in widths for name in names):
        return None
    return math.ceil(sum(math.prod(shapes[name]) * widths[name] for name in names))


def _is_opaque(node: onnx.NodeProto) -> bool:
    foreign = node.domain not in ("", "ai.onnx")
    return has_subgraph(node) or node.op_type in _UNCOUNTED or foreign


def has_subgraph(node: onnx.NodeProto) -> bool:
    """Whether it runs nodes that are not in the graph itself, as If and Loop do."""
    return any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)


def _summed(node: onnx.NodeProto, weight: Shape) -> int:
    """How many products are added up for one output element."""
    if node.op_type == "Conv":
        return math.prod(weight[1:])
    transposed = any(a.name == "transB" and a.i for a in node.attribute)
    return weight[-1] if transposed or len(weight) == 1 else weight[-2]


def shapes_of(
    model: onnx.ModelProto, sizes: Sizes
) -> tuple[Mapping[str, Shape], Mapping[str, float]]:
    """Shapes and bytes per element by name, inferred on a copy without weights.

    Dynamic dimensions are as in `sizes`, or 1; what cannot be inferred has no entry.
    """
    skeleton = onnx.ModelProto()
    skeleton.CopyFrom(_without_weights(model))
    for value in skeleton.graph.input:
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if dim.dim_value <= 0:
                dim.dim_value = sizes.get(str(dimension(value.name, axis, dim)), 1)
    try:
        inferred = onnx.shape_inference.infer_shapes(skeleton).graph
    except Exception:  # of many kinds for a damaged graph; the count is then unknown, no more
        return {}, {}
    shapes = {tensor.name: tuple(tensor.dims) for tensor in inferred.initializer}
    widths = {tensor.name: _width(tensor.data_type) for tensor in inferred.initializer}
    for value in (*inferred.input, *inferred.value_info, *inferred.output):
        tensor = value.type.tensor_type
        if all(dim.HasField("dim_value") for dim in tensor.shape.dim):
            shapes.setdefault(value.name, tuple(dim.dim_value for dim in tensor.shape.dim))
            widths.setdefault(value.name, _width(tensor.elem_type))
    return shapes, {name: width for name, width in widths.items() if width}


def _width(kind: int) -> float:
    """Bytes of an element, half of one for int4; 0 for texts and what is not known."""
    try:
        dtype = onnx.helper.tensor_dtype_to_np_dtype(kind)
    except KeyError:
        return 0
    if dtype.hasobject:
        return 0
    return 0.5 if dtype.name in ("int4", "uint4", "float4_e2m1fn") else dtype.itemsize


def _without_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph; large initializers keep their type and shape and lose their values."""
    light = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    light.functions.extend(model.functions)
    graph = light.graph
    graph.name = model.graph.name
    graph.node.extend(model.graph.node)
    graph.input.extend(model.graph.input)
    graph.output.extend(onnx.ValueInfoProto(name=output.name) for output in model.graph.output)
    for tensor in model.graph.initializer:
        # By its shape: asking a tensor for its size in the file would serialise it.
        if math.prod(tensor.dims) > _LARGEST_SHAPE_DATA or tensor.external_data:
            empty = graph.initializer.add()
            empty.name, empty.data_type = tensor.name, tensor.data_type
            empty.dims.extend(tensor.dims)
        else:
            graph.initializer.append(tensor)
    return light
