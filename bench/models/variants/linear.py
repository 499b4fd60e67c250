"""Linear layers: `Gemm` nodes with constant weights."""

from dataclasses import dataclass

import numpy
import onnx
from numpy.typing import NDArray

from bench.models.variants.graph import Graph, attribute


@dataclass(frozen=True)
class Linear:
    """y = x W + b with W of inputs×outputs and b of outputs, in float64."""

    weight: NDArray[numpy.float64]
    bias: NDArray[numpy.float64]


def read(graph: Graph, node: onnx.NodeProto) -> Linear | None:
    """The weights of a Gemm, or None where they are computed or its rows differ in bias."""
    weight = graph.constant(node.input[1])
    if weight is None or attribute(node, "transA", 0):
        return None
    weight = weight * attribute(node, "alpha", 1.0)
    if attribute(node, "transB", 0):
        weight = weight.T
    outputs = weight.shape[1]
    if len(node.input) < 3 or not node.input[2]:
        return Linear(weight, numpy.zeros(outputs))
    bias = graph.constant(node.input[2])
    if (
        bias is None
        or bias.size not in (1, outputs)
        or bias.shape[-1:] not in ((), (1,), (outputs,))
    ):
        return None
    return Linear(
        weight, numpy.broadcast_to(bias.reshape(-1), outputs) * attribute(node, "beta", 1.0)
    )


def write(graph: Graph, node: onnx.NodeProto, linear: Linear) -> None:
    """Give a Gemm other weights."""
    like = node.input[1]
    weight = graph.add_constant(linear.weight.T, like)  # the layout that PyTorch exports
    bias = graph.add_constant(linear.bias, like)
    node.CopyFrom(
        onnx.helper.make_node(
            "Gemm", [node.input[0], weight, bias], list(node.output), node.name, transB=1
        )
    )


def merge(graph: Graph) -> str | None:
    """Make one linear layer of two, where that is no more work; the sentence, or None for none.

    (x A + a) B + b = x (A B) + (a B + b). Through a narrow layer, two products are less work.
    """
    for first in graph.find("Gemm"):
        second = graph.only_user(first, "Gemm")
        if second is None:
            continue
        inner, outer = read(graph, first), read(graph, second)
        if inner is None or outer is None:
            continue
        weight = inner.weight @ outer.weight
        if weight.size > inner.weight.size + outer.weight.size:
            continue
        write(graph, first, Linear(weight, inner.bias @ outer.weight + outer.bias))
        sentence = f"Gemm '{first.name}' was folded into Gemm '{second.name}' after it."
        graph.fold_into_earlier(second, first)
        return sentence
    return None
