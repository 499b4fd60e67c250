"""What onnxruntime's quantiser takes for granted of a graph, made true."""

from collections import Counter

import numpy
import onnx
from numpy.typing import NDArray

from bench.errors import ModelError
from bench.models.variants.graph import Graph, attribute

Numbers = NDArray[numpy.float64]
WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
BIASED = ("Conv", "ConvTranspose", "Gemm")  # operators whose third input is a bias


def prepare(proto: onnx.ModelProto) -> set[str]:
    """Name each node, and give each its own bias of one dimension; changes `proto`.

    The quantiser takes a bias that two nodes share twice, under a name that another value may have
    already, and one of several dimensions for one number a channel. Returns the names of the nodes
    whose bias cannot be made so: they must stay as they are.
    """
    graph, left = Graph(proto), set()
    names: Counter[str] = Counter()
    for number, node in enumerate(graph.nodes):
        if not node.name or names[node.name]:
            node.name = f"{node.op_type}.{number}"
        names[node.name] += 1
    uses = Counter(name for node in graph.nodes for name in node.input)
    for node in graph.find(*BIASED):
        name = node.input[2] if len(node.input) > 2 else ""
        bias = graph.constant(name)
        if bias is None or (bias.ndim == 1 and bias.size > 1 and uses[name] == 1):
            continue
        flat = _flat(graph, node, bias)
        if flat is None:
            left.add(node.name)
        else:
            node.input[2] = graph.add_constant(flat, name)
    graph.finish()
    return left


def outermost(proto: onnx.ModelProto) -> set[str]:
    """The names of the first and the last node with weights, whose rounding costs most.

    The inputs come whole into the first, and the answers out of the last; so both are left in
    float since Choi et al. (2018), PACT. Raises ModelError where there is nothing between them.
    """
    graph = Graph(proto)
    layers = [node.name for node in graph.find(*WEIGHTED) if _has_weights(graph, node)]
    if len(layers) < 3:
        raise ModelError(
            f"nothing lies between the first and the last of its {len(layers)} layers with weights",
            "Run it with --precision int8.",
        )
    return {layers[0], layers[-1]}


def _has_weights(graph: Graph, node: onnx.NodeProto) -> bool:
    return any(graph.constant(name) is not None for name in node.input[1:2])


def _flat(graph: Graph, node: onnx.NodeProto, bias: Numbers) -> Numbers | None:
    """One number for each output, None where rows differ or the outputs are not known."""
    if node.op_type != "Gemm":
        return bias
    weight = graph.constant(node.input[1])
    if weight is None or weight.ndim != 2 or bias.size != (bias.shape or (1,))[-1]:
        return None
    outputs = weight.shape[0 if attribute(node, "transB", 0) else 1]
    return numpy.broadcast_to(bias.reshape(-1), outputs) if bias.size in (1, outputs) else None
