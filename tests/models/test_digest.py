"""A model is known again by its file and by the weights beside it."""

import numpy
import onnx
import onnx_models
from onnx import TensorProto, helper, numpy_helper

from bench.models.files.describe import describe


def beside(folder):
    """A model with its weights in the file `w`."""
    path = onnx_models.linear(folder / "m.onnx")
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="w", size_threshold=0)
    return path


def test_other_weights_are_another_model_even_where_the_file_is_the_same(tmp_path):
    path = beside(tmp_path)
    before = describe("m", path)
    content = bytearray((tmp_path / "w").read_bytes())
    content[0] ^= 1
    (tmp_path / "w").write_bytes(content)
    after = describe("m", path)
    assert list(before.weights) == list(after.weights) == ["w"]
    assert before.sha256 != after.sha256
    content[0] ^= 1
    (tmp_path / "w").write_bytes(content)
    assert describe("m", path).sha256 == before.sha256


def test_what_no_tensor_refers_to_does_not_count(tmp_path):
    path = beside(tmp_path)
    before = describe("m", path).sha256
    with (tmp_path / "w").open("ab") as file:
        file.write(b"padding")
    assert describe("m", path).sha256 == before


def test_versions_and_weights_that_are_constants_are_read(tmp_path):
    value = numpy_helper.from_array(numpy.ones((4, 2), "float32"))
    nodes = [
        helper.make_node("Constant", [], ["w"], value=value),
        helper.make_node("MatMul", ["x", "w"], ["y"]),
    ]
    inputs, outputs = [("x", TensorProto.FLOAT, ["n", 4])], [("y", TensorProto.FLOAT, ["n", 2])]
    model = describe("m", onnx_models.write(tmp_path / "m.onnx", nodes, inputs, outputs))
    assert (model.parameters, model.ir_version) == (8, 10)
    assert model.opsets == {"ai.onnx": onnx_models.OPSET}


def test_an_unknown_cost_is_none_and_never_0(tmp_path):
    assert (
        describe("m", onnx_models.unknown_operator(tmp_path / "m.onnx")).multiply_accumulates
        is None
    )
