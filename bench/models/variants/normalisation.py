"""BatchNormalization with constant statistics, which is a scale and a shift for each channel."""

from dataclasses import dataclass

import numpy
import onnx
from numpy.typing import NDArray

from bench.models.variants import linear
from bench.models.variants.graph import Graph, attribute

Numbers = NDArray[numpy.float64]
AVERAGES, MAXIMA = ("AveragePool", "GlobalAveragePool"), ("MaxPool", "GlobalMaxPool")


@dataclass(frozen=True)
class Affine:
    """y = x·scale + shift, one of each for a channel."""

    scale: Numbers
    shift: Numbers


def read(graph: Graph, node: onnx.NodeProto) -> Affine | None:
    """Scale and shift of a BatchNormalization, or None where they are not constant numbers."""
    constants = [array for name in node.input[1:5] if (array := _numbers(graph, name)) is not None]
    if attribute(node, "training_mode", 0) or len(constants) < 4:
        return None
    scale, shift, mean, variance = constants
    spread = variance + attribute(node, "epsilon", 1e-5)
    if not (spread > 0).all():  # a damaged file
        return None
    scale = scale / numpy.sqrt(spread)
    return Affine(scale, shift - mean * scale)


def _numbers(graph: Graph, name: str) -> Numbers | None:
    """A constant with one number for each channel."""
    array = graph.constant(name)
    return None if array is None or array.ndim != 1 else array


def into_layer_before(graph: Graph) -> str | None:
    """Scale the weights of the convolution or linear layer whose output is normalised."""
    for layer in graph.find("Conv", "Gemm"):
        node = graph.only_user(layer, "BatchNormalization")
        if node is None or (affine := read(graph, node)) is None:
            continue
        if layer.op_type == "Gemm":
            weights = linear.read(graph, layer)
            if weights is None:
                continue
            scaled = linear.Linear(
                weights.weight * affine.scale, weights.bias * affine.scale + affine.shift
            )
            linear.write(graph, layer, scaled)
        else:
            weight, bias = _convolution(graph, layer)
            if weight is None or bias is None:
                continue
            rows = affine.scale.reshape(-1, *[1] * (weight.ndim - 1))
            _reweigh(graph, layer, weight * rows, bias * affine.scale + affine.shift)
        sentence = f"{_named(node)} was folded into {_named(layer)} before it."
        graph.fold_into_earlier(node, layer)
        return sentence
    return None


def behind_pooling(graph: Graph) -> str | None:
    """Let pooling go first, which leaves less to normalise.

    The average of scaled and shifted values is the scaled and shifted average; for the maximum,
    scales must not be negative.
    """
    for node in graph.find("BatchNormalization"):
        pool = graph.only_user(node, *AVERAGES, *MAXIMA)
        affine = read(graph, node)
        if pool is None or affine is None or len([name for name in pool.output if name]) > 1:
            continue
        if pool.op_type in MAXIMA and (affine.scale < 0).any():
            continue
        if pool.op_type == "AveragePool" and _counts_padding(pool):
            continue
        graph.swap(node, pool)
        return f"{_named(node)} moved after {_named(pool)}."
    return None


def into_linear_after(graph: Graph) -> str | None:
    """Scale the weights of the linear layer that reads normalised values, perhaps flattened."""
    for node in graph.find("BatchNormalization"):
        affine = read(graph, node)
        flatten = graph.only_user(node, "Flatten")
        if flatten is not None and attribute(flatten, "axis", 1) != 1:
            continue
        layer = graph.only_user(flatten or node, "Gemm")
        if affine is None or layer is None or (weights := linear.read(graph, layer)) is None:
            continue
        each = len(weights.weight) // len(affine.scale)  # flattened values of a channel
        scale, shift = numpy.repeat(affine.scale, each), numpy.repeat(affine.shift, each)
        folded = linear.Linear(
            weights.weight * scale[:, None], weights.bias + shift @ weights.weight
        )
        linear.write(graph, layer, folded)
        graph.fold_into_later(node, flatten or layer)
        return f"{_named(node)} was folded into {_named(layer)} after it."
    return None


def into_convolution_after(graph: Graph) -> str | None:
    """Scale the weights of the convolution that reads normalised values.

    What a convolution pads with is 0 and is not shifted, so that with padding the shift must be 0.
    """
    for node in graph.find("BatchNormalization"):
        layer = graph.only_user(node, "Conv")
        affine = read(graph, node)
        if layer is None or affine is None or (_pads(layer) and affine.shift.any()):
            continue
        weight, bias = _convolution(graph, layer)
        if weight is None or bias is None:
            continue
        groups = attribute(layer, "group", 1)
        grouped = weight.reshape(groups, -1, *weight.shape[1:])  # group, output, input, kernel …
        kernel = [1] * (weight.ndim - 2)
        scale, shift = (
            numbers.reshape(groups, 1, -1, *kernel) for numbers in (affine.scale, affine.shift)
        )
        shifted = (grouped * shift).reshape(len(weight), -1).sum(axis=1)
        _reweigh(graph, layer, (grouped * scale).reshape(weight.shape), bias + shifted)
        graph.fold_into_later(node, layer)
        return f"{_named(node)} was folded into {_named(layer)} after it."
    return None


def reason_to_stay(graph: Graph, node: onnx.NodeProto) -> str:
    """Why a BatchNormalization is still there after all rewrites."""
    if read(graph, node) is None:
        return f"{_named(node)} stays: its numbers are not constant, or damaged."
    layer = graph.only_user(node, "Conv")
    if layer is not None and _pads(layer):
        return f"{_named(node)} stays: {_named(layer)} after it pads with zeros it does not shift."
    return f"{_named(node)} stays: nothing around it can absorb it exactly."


def _convolution(graph: Graph, layer: onnx.NodeProto) -> tuple[Numbers | None, Numbers | None]:
    """Weight (outputs, inputs of a group, kernel …) and bias, None where they are computed."""
    weight = graph.constant(layer.input[1])
    if weight is None:
        return None, None
    biased = len(layer.input) > 2 and layer.input[2]
    return weight, graph.constant(layer.input[2]) if biased else numpy.zeros(len(weight))


def _reweigh(graph: Graph, layer: onnx.NodeProto, weight: Numbers, bias: Numbers) -> None:
    like = layer.input[1]
    layer.input[1:] = [graph.add_constant(weight, like), graph.add_constant(bias, like)]


def _pads(node: onnx.NodeProto) -> bool:
    """Whether a convolution or pooling may read beyond the edge."""
    automatic = attribute(node, "auto_pad", b"NOTSET")
    return automatic not in (b"NOTSET", b"VALID") or any(attribute(node, "pads", []))


def _counts_padding(pool: onnx.NodeProto) -> bool:
    return bool(attribute(pool, "count_include_pad", 0)) and _pads(pool)


def _named(node: onnx.NodeProto) -> str:
    return f"{node.op_type} '{node.name or node.output[0]}'"
