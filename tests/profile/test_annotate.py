"""What kernels compute and move, told of their nodes where the runtime does not know it."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Kernel
from bench.models.files.describe import describe
from bench.profile.annotate import annotated

W, B = 4 * 3 * 5, 4 * 5  # bytes of the weight and the bias


@pytest.fixture
def model(tmp_path):
    """A weight that is transposed once, when the model is opened; a bias; and Relu."""
    nodes = [
        helper.make_node("Transpose", ["w"], ["wt"], "transpose", perm=[1, 0]),
        helper.make_node("MatMul", ["x", "wt"], ["h"], "product"),
        helper.make_node("Add", ["h", "b"], ["s"], "sum"),
        helper.make_node("Relu", ["s"], ["y"], "relu"),
    ]
    weights = {"w": numpy.ones((5, 3), "float32"), "b": numpy.ones(5, "float32")}
    inputs, outputs = [("x", TensorProto.FLOAT, [2, 3])], [("y", TensorProto.FLOAT, [2, 5])]
    return describe(
        "m", onnx_models.write(tmp_path / "m.onnx", nodes, inputs, outputs, weights.items())
    )


def moved(model, *kernels):
    """Bytes by kernel of `(name, operator, bytes, those that the runtime calls weights)`."""
    made = [
        Kernel(name, operator, "cpu", 1e-6, amount, parameters=parameters)
        for name, operator, amount, parameters in kernels
    ]
    return [each.kernel.moved for each in annotated(made, model, {})]


def computed(model, *kernels):
    """Multiply-accumulates by kernel of `(name, operator)`."""
    made = [Kernel(name, operator, "cpu", 1e-6, 0) for name, operator in kernels]
    return [each.multiply_accumulates for each in annotated(made, model, {})]


def test_weights_that_were_packed_count_once(model):
    whole = ("product", "MatMul", 100, 0), ("sum", "Add", 100, 0), ("relu", "Relu", 100, 0)
    assert moved(model, *whole) == [100 + W, 100 + B, 100]
    fused = ("product", "FusedGemm", 100 + B, B)  # the bias is told and the weight is not
    assert moved(model, fused) == [100 + W + B]


def test_weights_that_the_runtime_tells_do_not_count_again(model):
    assert moved(model, ("product", "FusedGemm", 100 + W + B, W + B)) == [100 + W + B]
    folded = ("product", "FusedGemm", 100 + W, W)  # what was the bias is in the weight
    assert moved(model, folded) == [100 + W]


def test_bytes_are_not_known_where_nodes_or_bytes_are_not(model):
    kernels = (
        ("other", "FusedGemm", 100, 0),
        ("ReorderOutput", "ReorderOutput", 100, 0),
        ("product", "MatMul", None, 0),
    )
    assert moved(model, *kernels) == [None, 100, None]


def test_a_kernel_without_nodes_computes_what_is_not_known_where_no_other_does_it(model):
    reorder, other = ("ReorderOutput", "ReorderOutput"), ("other", "FusedGemm")
    assert computed(model, other, reorder) == [None, 0]
    assert computed(model, ("product", "MatMul"), other, reorder) == [2 * 3 * 5, 0, 0]


def test_what_a_branch_runs_is_not_known(tmp_path):
    inner = helper.make_node("MatMul", ["x", "x"], ["y"], "inner")
    value = helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 2])
    branch = helper.make_graph([inner], "branch", [], [value])
    choose = helper.make_node("If", ["c"], ["y"], "if", then_branch=branch, else_branch=branch)
    inputs = [("x", TensorProto.FLOAT, [2, 2]), ("c", TensorProto.BOOL, [])]
    outputs = [("y", TensorProto.FLOAT, [2, 2])]
    path = onnx_models.write(tmp_path / "m.onnx", [choose], inputs, outputs)
    assert computed(describe("m", path), ("if", "If"), ("inner", "MatMul")) == [None, None]


def test_what_is_computed_when_the_model_is_opened_is_missing_in_no_call(tmp_path):
    nodes = [
        helper.make_node("MatMul", ["w", "w"], ["square"], "once"),
        helper.make_node("Add", ["x", "square"], ["y"], "sum"),
    ]
    inputs, outputs = [("x", TensorProto.FLOAT, [2, 2])], [("y", TensorProto.FLOAT, [2, 2])]
    weights = {"w": numpy.ones((2, 2), "float32")}
    path = onnx_models.write(tmp_path / "m.onnx", nodes, inputs, outputs, weights.items())
    assert computed(describe("m", path), ("sum", "Add"), ("other", "Copy")) == [0, 0]
