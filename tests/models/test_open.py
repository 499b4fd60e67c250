"""What is read from an ONNX file, and the sentence for one that cannot be read."""

import hashlib
import os

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Tensor
from bench.errors import ModelError
from bench.models.files.describe import describe
from bench.models.files.readable import check_file


def test_a_model_is_described_by_what_stands_in_its_file(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx", metadata={"onnx-bench.network": "avg"})
    model = describe("mine", path)
    assert (model.name, model.path, model.opset) == ("mine", str(path), onnx_models.OPSET)
    assert model.inputs == (Tensor("x", "float32", ("batch", 3)),)
    assert model.outputs == (Tensor("y", "float32", ("batch", 2)),)
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert model.size == path.stat().st_size
    assert model.metadata == {"onnx-bench.network": "avg"}
    assert model.parameters == 3 * 2 + 2
    assert model.operators == {"Gemm": 1, "Relu": 1}


def test_running_statistics_of_batchnorm_and_integers_are_no_parameters(tmp_path):
    names = ("scale", "bias", "mean", "variance")
    path = onnx_models.write(
        tmp_path / "m.onnx",
        [
            helper.make_node("BatchNormalization", ["x", *names], ["n"]),
            helper.make_node("Reshape", ["n", "shape"], ["y"]),
        ],
        [("x", TensorProto.FLOAT, ["batch", 4])],
        [("y", TensorProto.FLOAT, ["batch", 4])],
        [*((name, numpy.ones(4, "float32")) for name in names), ("shape", numpy.array([-1, 4]))],
    )
    assert describe("m", path).parameters == 4 + 4


def test_floats_of_every_width_are_parameters(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    proto = onnx.load(path)
    for weight in proto.graph.initializer:
        narrow = helper.make_tensor(
            weight.name, TensorProto.BFLOAT16, weight.dims, [0.5] * numpy.prod(weight.dims)
        )
        weight.CopyFrom(narrow)
    onnx.save(proto, path)
    assert describe("m", path).parameters == 3 * 2 + 2


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        (TensorProto.INT64, "int64"),
        (TensorProto.FLOAT16, "float16"),
        (TensorProto.BOOL, "bool"),
        (TensorProto.BFLOAT16, "bfloat16"),
        (TensorProto.STRING, "string"),
    ],
)
def test_types_of_inputs_are_named(tmp_path, kind, dtype):
    path = onnx_models.one_operator(tmp_path / "m.onnx", "Identity", (kind,))
    assert describe("m", path).inputs[0].dtype == dtype


def test_dimensions_without_a_name_get_one_from_the_input(tmp_path):
    path = onnx_models.one_operator(tmp_path / "m.onnx", "Abs", shape=(None, 4, "width"))
    assert describe("m", path).inputs[0].shape == ("x0.0", 4, "width")


def test_a_sequence_is_named_as_one(tmp_path):
    sequence = helper.make_tensor_sequence_value_info("s", TensorProto.FLOAT, None)
    y = helper.make_tensor_value_info("y", TensorProto.INT64, [])
    node = helper.make_node("SequenceLength", ["s"], ["y"])
    onnx.save(
        helper.make_model(helper.make_graph([node], "g", [sequence], [y])), tmp_path / "m.onnx"
    )
    assert describe("m", tmp_path / "m.onnx").inputs == (Tensor("s", "sequence", ()),)


def test_initialisers_that_are_inputs_too_are_not_fed(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    proto = onnx.load(path)
    proto.graph.input.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, [3, 2]))
    onnx.save(proto, path)
    assert [tensor.name for tensor in describe("m", path).inputs] == ["x"]


def test_external_data_is_not_loaded(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="w", size_threshold=0)
    with (tmp_path / "w").open("r+b") as file:
        file.truncate(2**40)  # a terabyte of nothing, which no machine has the memory for
    assert describe("m", path).parameters == 3 * 2 + 2


@pytest.mark.parametrize("suffix", [".onnx", ".json", ".textproto", ".onnxtxt"])
@pytest.mark.parametrize("content", [b"{", b"garbage", bytes(100), b"\xff" * 100])
def test_a_file_that_is_no_model_is_a_sentence_whatever_its_name(tmp_path, suffix, content):
    path = tmp_path / f"m{suffix}"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged or not an ONNX model") as caught:
        describe("m", path)
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_a_model_cut_at_any_point_is_a_sentence_or_a_smaller_model(tmp_path):
    whole = onnx_models.linear(tmp_path / "whole.onnx").read_bytes()
    path = tmp_path / "cut.onnx"
    refused = 0
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        try:
            describe("cut", path)
        except ModelError:
            refused += 1
    assert refused > 0.9 * len(whole)


def test_a_type_that_onnx_does_not_have_is_a_sentence(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    proto = onnx.load(path)
    proto.graph.input[0].type.tensor_type.elem_type = 999
    onnx.save(proto, path)
    with pytest.raises(ModelError, match="'x' is of type 999"):
        describe("m", path)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.touch(), "is empty"),
        (lambda path: os.mkfifo(path), "is not a regular file"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
)
def test_what_is_no_file_is_a_sentence(tmp_path, make, expected):
    path = tmp_path / "m.onnx"
    make(path)
    with pytest.raises(ModelError, match=expected):
        check_file(path)


def test_a_text_that_is_none_is_a_sentence(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    content = path.read_bytes()
    assert content.count(b"Relu") == 1
    path.write_bytes(content.replace(b"Relu", b"Re\xffu"))
    with pytest.raises(ModelError, match="not UTF-8"):
        describe("m", path)
