"""Multiply-accumulates are counted from the graph alone."""

import onnx
import pytest
from onnx import TensorProto, helper

from bench.models.catalog import exported_folder
from bench.models.cost.count import multiply_accumulates


def model(nodes, inputs, weights, output):
    """A graph of float tensors; `weights` are zeros of the given shapes."""
    tensors = [
        helper.make_tensor(name, TensorProto.FLOAT, shape, bytes(4 * _count(shape)), raw=True)
        for name, shape in weights.items()
    ]
    values = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in inputs.items()
    ]
    result = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "graph", values, [result], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])


def _count(shape):
    return shape[0] * _count(shape[1:]) if shape else 1


@pytest.mark.parametrize(("name", "expected"), [("avg", 1_863_456), ("max", 3_274_304)])
def test_the_bundled_networks_need_what_their_layers_add_up_to(name, expected):
    assert multiply_accumulates(onnx.load(exported_folder() / f"{name}.onnx")) == expected


def test_a_grouped_convolution_multiplies_its_own_channels_alone():
    node = helper.make_node("Conv", ["x", "w"], ["y"], group=4, pads=[1, 1, 1, 1])
    grouped = model([node], {"x": ["n", 8, 5, 5]}, {"w": [12, 2, 3, 3]}, "y")
    assert multiply_accumulates(grouped) == 12 * 5 * 5 * 2 * 9


@pytest.mark.parametrize(("transposed", "shape"), [(0, [7, 3]), (1, [3, 7])])
def test_a_gemm_sums_over_the_dimension_that_both_share(transposed, shape):
    node = helper.make_node("Gemm", ["x", "w"], ["y"], transB=transposed)
    assert multiply_accumulates(model([node], {"x": ["n", 7]}, {"w": shape}, "y")) == 21


def test_a_batched_product_counts_every_matrix():
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    assert multiply_accumulates(model([node], {"x": ["n", 5, 6, 4]}, {"w": [4, 2]}, "y")) == 240


def test_what_is_not_known_is_not_guessed():
    nodes = [
        helper.make_node("Mystery", ["x"], ["hidden"], domain="example"),
        helper.make_node("MatMul", ["hidden", "w"], ["y"]),
    ]
    assert multiply_accumulates(model(nodes, {"x": ["n", 4]}, {"w": [4, 2]}, "y")) is None


def test_weights_are_never_copied():
    node = helper.make_node("Gemm", ["x", "w"], ["y"])
    large = model([node], {"x": ["n", 1000]}, {"w": [1000, 1000]}, "y")
    before = large.SerializeToString()
    assert multiply_accumulates(large) == 1_000_000
    assert large.SerializeToString() == before


@pytest.mark.parametrize("operator", ["LSTM", "ConvTranspose", "QLinearConv"])
def test_other_operators_that_multiply_make_it_unknown(operator):
    nodes = [
        helper.make_node(operator, ["x", "w"], ["hidden"]),
        helper.make_node("MatMul", ["x", "w"], ["y"]),
    ]
    assert multiply_accumulates(model(nodes, {"x": ["n", 4]}, {"w": [4, 2]}, "y")) is None
