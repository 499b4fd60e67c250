"""What a model must compute, counted from its graph."""

import math

import onnx

_LARGEST_SHAPE_DATA = 1024  # bytes; larger constants are weights, whose values set no shape

_UNCOUNTED = {
    *("Attention", "ConvInteger", "ConvTranspose", "DeformConv", "Einsum", "GRU", "LSTM"),
    *("MatMulInteger", "QLinearConv", "QLinearMatMul", "RNN"),
}

Shape = tuple[int, ...]


def multiply_accumulates(model: onnx.ModelProto) -> int | None:
    """Multiply-accumulates of one call with every dynamic dimension 1, or None where unknown.

    Counted are Conv, Gemm and MatMul, which do nearly all of a network's arithmetic: a Conv does
    C/group · k₁·k₂… for each output element, Gemm and MatMul the length of the summed dimension.
    A graph with other operators that multiply, with subgraphs or foreign operators is unknown.
    """
    shapes = _shapes(model)
    total = 0
    for node in model.graph.node:
        if _is_opaque(node):
            return None
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            continue
        weight, output = shapes.get(node.input[1]), shapes.get(node.output[0])
        if not weight or not output:
            return None
        total += math.prod(output) * _summed(node, weight)
    return total


def _is_opaque(node: onnx.NodeProto) -> bool:
    subgraph = any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)
    return subgraph or node.op_type in _UNCOUNTED or node.domain not in ("", "ai.onnx")


def _summed(node: onnx.NodeProto, weight: Shape) -> int:
    """How many products are added up for one output element."""
    if node.op_type == "Conv":
        return math.prod(weight[1:])
    transposed = any(a.name == "transB" and a.i for a in node.attribute)
    return weight[-1] if transposed or len(weight) == 1 else weight[-2]


def _shapes(model: onnx.ModelProto) -> dict[str, Shape]:
    """Shapes by name, inferred on a copy without weights and with dynamic dimensions set to 1."""
    skeleton = onnx.ModelProto()
    skeleton.CopyFrom(_without_weights(model))
    for value in skeleton.graph.input:
        for dim in value.type.tensor_type.shape.dim:
            if not dim.HasField("dim_value"):
                dim.dim_value = 1
    try:
        inferred = onnx.shape_inference.infer_shapes(skeleton).graph
    except Exception:  # of many kinds for a damaged graph; the count is then unknown, no more
        return {}
    shapes = {tensor.name: tuple(tensor.dims) for tensor in inferred.initializer}
    for value in (*inferred.input, *inferred.value_info, *inferred.output):
        dims = value.type.tensor_type.shape.dim
        if all(dim.HasField("dim_value") for dim in dims):
            shapes.setdefault(value.name, tuple(dim.dim_value for dim in dims))
    return shapes


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
        if tensor.ByteSize() > _LARGEST_SHAPE_DATA or tensor.external_data:
            empty = graph.initializer.add()
            empty.name, empty.data_type = tensor.name, tensor.data_type
            empty.dims.extend(tensor.dims)
        else:
            graph.initializer.append(tensor)
    return light
