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


def test_bytes_are_not_known_where_the_runtime_tells_none_or_nobody_is_known_for_a_product(model):
    other, reorder = ("other", "FusedGemm", 100, 0), ("ReorderOutput", "ReorderOutput", 100, 0)
    assert moved(model, other, reorder) == [None, 100]
    assert moved(model, other, reorder, ("product", "MatMul", None, 0)) == [100, 100, None]


def test_a_product_that_a_kernel_of_an_unknown_name_may_compute_is_not_that_of_the_one_before(
    tmp_path,
):
    nodes = [
        helper.make_node("Relu", ["x"], ["r"], "relu"),
        helper.make_node("MatMul", ["r", "w"], ["m"], "mm"),
        helper.make_node("Mul", ["m", "half"], ["y"], "scale"),
    ]
    inputs, outputs = [("x", TensorProto.FLOAT, [2, 3])], [("y", TensorProto.FLOAT, [2, 5])]
    weights = {"w": numpy.ones((3, 5), "float32"), "half": numpy.float32(0.5)}
    path = onnx_models.write(tmp_path / "m.onnx", nodes, inputs, outputs, weights.items())
    model, relu = describe("m", path), ("relu", "Relu", 48, 0)
    assert moved(model, relu, ("made up", "FusedMatMul", 100, 0)) == [48, None]
    assert computed(model, relu[:2], ("made up", "FusedMatMul")) == [0, None]
    fused = ("mm/MatMulScaleFusion/", "FusedMatMul", 100, 0)
    assert moved(model, relu, fused) == [48, 100 + W + 4]
    assert computed(model, relu[:2], fused[:2]) == [0, 2 * 3 * 5]


def test_an_optional_output_without_a_name_is_no_constant(tmp_path):
    nodes = [
        helper.make_node("MaxPool", ["w"], ["p", ""], "pool", kernel_shape=[1, 1]),
        helper.make_node("Add", ["x", "p"], ["s"], "sum"),
        helper.make_node("Clip", ["s", "", "high"], ["y"], "clip"),
    ]
    shape = [1, 1, 4, 4]
    inputs, outputs = [("x", TensorProto.FLOAT, shape)], [("y", TensorProto.FLOAT, shape)]
    weights = {"w": numpy.ones(shape, "float32"), "high": numpy.float32(6)}
    path = onnx_models.write(tmp_path / "m.onnx", nodes, inputs, outputs, weights.items())
    assert moved(describe("m", path), ("sum", "Add", 200, 64), ("clip", "Clip", 132, 4)) == [
        *(200, 132)
    ]


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
