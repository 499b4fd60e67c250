"""What a model holds and costs, with the batch as a symbol."""

import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.errors import UsageError
from bench.models.catalog import exported_folder
from bench.models.cost.explain import Linear, explain
from bench.models.files.describe import describe


def of(path, **dims):
    return explain(describe("m", path), dims)


def test_the_bundled_network_adds_up():
    explained = of(exported_folder() / "avg.onnx")
    assert explained.batch is None
    assert explained.chosen == {}
    assert explained.weight_bytes == 4 * (18_962 + 2 * (8 + 8 + 16 + 16 + 32 + 32))
    assert [cost.operator for cost in explained.operators][:2] == ["Conv", "Gemm"]
    macs = [cost.multiply_accumulates for cost in explained.operators]
    assert sum(count.slope for count in macs) == 1_863_456
    assert not any(count.constant for count in macs)
    relu = next(cost for cost in explained.operators if cost.operator == "Relu")
    floats = 2 * 28 * 28 * 8 + 2 * 14 * 14 * 16 + 2 * 7 * 7 * 32
    assert (relu.nodes, relu.moved) == (6, Linear(0, 2 * 4 * floats))


def test_weights_are_moved_once_a_call_and_items_each(tmp_path):
    explained = of(onnx_models.linear(tmp_path / "m.onnx", features=3, classes=2))
    gemm, relu = explained.operators
    assert gemm.multiply_accumulates == Linear(0, 6)
    assert gemm.moved == Linear(4 * (6 + 2), 4 * (3 + 2))
    assert relu.moved == Linear(0, 16)


def test_a_fixed_batch_is_no_symbol(tmp_path):
    explained = of(onnx_models.linear(tmp_path / "m.onnx", batch=4))
    assert explained.batch == 4
    assert explained.operators[0].multiply_accumulates == Linear(24, 0)


def test_other_dynamic_dimensions_are_chosen_and_said(tmp_path):
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    inputs = [("x", TensorProto.FLOAT, ["n", "length", 4])]
    weights = [("w", onnx_models.linear_weights(4, 5)["w"])]
    outputs = [("y", TensorProto.FLOAT, ["n", "length", 5])]
    path = onnx_models.write(tmp_path / "m.onnx", [node], inputs, outputs, weights)
    assert of(path).operators[0].multiply_accumulates == Linear(0, 128 * 20)
    explained = of(path, length=7)
    assert explained.operators[0].multiply_accumulates == Linear(0, 140)
    assert explained.chosen == {"length": 7}
    with pytest.raises(UsageError, match="no dynamic dimension called 'width'"):
        of(path, width=1)


def test_what_is_not_known_is_said_and_comes_first(tmp_path):
    nodes = [
        helper.make_node("Relu", ["x"], ["h"]),
        helper.make_node("Mystery", ["h"], ["y"], domain="nowhere"),
    ]
    inputs, outputs = [("x", TensorProto.FLOAT, ["n", 3])], [("y", TensorProto.FLOAT, ["n", 3])]
    mystery, relu = of(onnx_models.write(tmp_path / "m.onnx", nodes, inputs, outputs)).operators
    assert (mystery.operator, mystery.multiply_accumulates) == ("Mystery", None)
    assert relu.multiply_accumulates == Linear(0, 0)
