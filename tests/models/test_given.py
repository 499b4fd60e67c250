"""Inputs from files and folders: what fits is fed, what does not is a sentence."""

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper, numpy_helper

from bench.errors import ModelError
from bench.models.feed.given import given, sizes_given
from bench.models.files.describe import describe


@pytest.fixture
def linear(tmp_path):
    return describe("m", onnx_models.linear(tmp_path / "m.onnx"))


X = numpy.arange(6, dtype="float32").reshape(2, 3)


def test_arrays_come_from_npy_and_npz(tmp_path, linear):
    numpy.save(tmp_path / "a.npy", X)
    numpy.savez(tmp_path / "a.npz", x=X + 1)
    read = given(linear, [f"x={tmp_path / 'a.npy'}"])
    assert numpy.array_equal(read.inputs["x"], X) and not read.expected
    both = given(linear, [f"x={tmp_path / 'a.npy'}", str(tmp_path / "a.npz")])
    assert numpy.array_equal(both.inputs["x"], X + 1)
    assert sizes_given(linear, both.inputs, {}) == {"batch": 2}


def test_types_without_a_name_in_numpy_files_are_read_by_size(tmp_path):
    path = onnx_models.one_operator(tmp_path / "m.onnx", "Identity", (TensorProto.BFLOAT16,))
    array = numpy.ones((2, 4)).astype(helper.tensor_dtype_to_np_dtype(TensorProto.BFLOAT16))
    numpy.save(tmp_path / "a.npy", array)
    read = given(describe("m", path), [f"x0={tmp_path / 'a.npy'}"]).inputs["x0"]
    assert read.dtype == array.dtype and (read == array).all()


def test_texts_become_objects(tmp_path):
    path = onnx_models.one_operator(tmp_path / "m.onnx", "Identity", (TensorProto.STRING,))
    numpy.save(tmp_path / "a.npy", numpy.array([["a", "b", "c", "é"]]))
    read = given(describe("m", path), [f"x0={tmp_path / 'a.npy'}"]).inputs["x0"]
    assert read.dtype == object and read.tolist() == [["a", "b", "c", "é"]]


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (X.astype("float64"), "is float32 of shape batch×3, but was given float64 of shape 2×3"),
        (X.T, "was given float32 of shape 3×2"),
        (X[0], "was given float32 of shape 3"),
        (numpy.array([["a"]]), "was given string"),
    ],
)
def test_what_does_not_fit_is_a_sentence(tmp_path, linear, array, said):
    numpy.save(tmp_path / "a.npy", array)
    with pytest.raises(ModelError, match=said):
        given(linear, [f"x={tmp_path / 'a.npy'}"])


def test_a_name_that_the_model_does_not_have(tmp_path, linear):
    numpy.save(tmp_path / "a.npy", X)
    with pytest.raises(ModelError, match="no input called 'z'") as caught:
        given(linear, [f"z={tmp_path / 'a.npy'}"])
    assert "It has: x." in caught.value.hint


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04", b"\x93NUMPY\x01\x00\xff\xff"])
def test_damaged_files_are_sentences(tmp_path, linear, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"cannot be read|is empty"):
        given(linear, [f"x={path}" if name == "a.npy" else str(path)])


def test_nothing_is_unpickled(tmp_path, linear):
    numpy.save(tmp_path / "a.npy", numpy.array([{}], object), allow_pickle=True)
    with pytest.raises(ModelError, match=r"cannot be read: .*allow_pickle"):
        given(linear, [f"x={tmp_path / 'a.npy'}"])


@pytest.mark.parametrize("source", ["x", "x=a.txt", "nowhere/"])
def test_other_sources_are_a_sentence(linear, source):
    with pytest.raises(ModelError, match="cannot be used as an input"):
        given(linear, [source])


def folder(path, **tensors):
    path.mkdir()
    for name, proto in tensors.items():
        (path / f"{name}.pb").write_bytes(proto.SerializeToString())
    return str(path)


def test_test_data_belongs_by_name_or_else_by_number(tmp_path):
    path = onnx_models.one_operator(tmp_path / "m.onnx", "Sub", (1, 1), shape=(2,))
    a, b = numpy.zeros(2, "float32"), numpy.ones(2, "float32")
    source = folder(
        tmp_path / "data",
        input_0=numpy_helper.from_array(a, "x1"),
        input_1=numpy_helper.from_array(b, "x0"),
        output_0=numpy_helper.from_array(b - a),
    )
    read = given(describe("m", path), [source])
    assert read.inputs["x0"][0] == 1 and read.inputs["x1"][0] == 0
    assert read.expected["y"].tolist() == [1, 1]


def test_data_outside_of_the_file_is_refused(tmp_path, linear):
    proto = numpy_helper.from_array(X, "x")
    proto.ClearField("raw_data")
    proto.data_location = TensorProto.EXTERNAL
    proto.external_data.add(key="location", value="/etc/hostname")
    with pytest.raises(ModelError, match="lies in another file"):
        given(linear, [folder(tmp_path / "data", input_0=proto)])


def test_damaged_and_superfluous_test_data_are_sentences(tmp_path, linear):
    proto = numpy_helper.from_array(X, "x")
    proto.dims[0] = 2**62
    with pytest.raises(ModelError, match="damaged or no test data"):
        given(linear, [folder(tmp_path / "many", input_0=proto)])
    fine = numpy_helper.from_array(X, "x")
    with pytest.raises(ModelError, match="is one input too many: the model has 1"):
        given(linear, [folder(tmp_path / "two", input_0=fine, input_1=fine)])
    with pytest.raises(ModelError, match=r"holds no input_0\.pb"):
        given(linear, [folder(tmp_path / "three")])


def test_sequences_and_optionals_are_read(tmp_path):
    inside = helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    kinds = {
        "s": helper.make_sequence_type_proto(inside),
        "o": helper.make_optional_type_proto(inside),
    }
    inputs = [helper.make_value_info(name, kind) for name, kind in kinds.items()]
    output = helper.make_tensor_value_info("y", TensorProto.INT64, [])
    node = helper.make_node("SequenceLength", ["s"], ["y"])
    onnx.save(
        helper.make_model(helper.make_graph([node], "g", inputs, [output])), tmp_path / "m.onnx"
    )
    source = folder(
        tmp_path / "data",
        input_0=numpy_helper.from_list([X, X + 1], "s"),
        input_1=numpy_helper.from_optional(None, "o"),
    )
    read = given(describe("m", tmp_path / "m.onnx"), [source]).inputs
    assert [item[0, 0] for item in read["s"]] == [0, 1] and read["o"] is None
