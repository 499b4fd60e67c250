"""Weights beside a model are read only where they may be, and only when they are whole."""

import numpy
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from bench.errors import ModelError
from bench.models.files.describe import describe

COUNT = 1_000


@pytest.fixture
def model(tmp_path):
    """Writes a model whose weights are said to be at `location`; the right ones are in w.bin."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "w.bin").write_bytes(bytes(4 * COUNT))
    (tmp_path / "secret").write_bytes(bytes(4 * COUNT))

    def write(location, offset="0", length=str(4 * COUNT)):
        weights = numpy_helper.from_array(numpy.zeros(COUNT, "float32"), "w")
        weights.ClearField("raw_data")
        weights.data_location = TensorProto.EXTERNAL
        given = {"location": location, "offset": offset, "length": length}
        for key, value in given.items():
            if value is not None:
                weights.external_data.add(key=key, value=value)
        graph = helper.make_graph(
            [helper.make_node("Add", ["x", "w"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [COUNT])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [COUNT])],
            [weights],
        )
        path = folder / "m.onnx"
        path.write_bytes(helper.make_model(graph).SerializeToString())
        return path

    return write


@pytest.mark.parametrize("location", ["w.bin", "./w.bin", "below/../w.bin"])
def test_a_whole_file_in_the_models_folder_is_right(model, location):
    assert describe("m", model(location)).parameters == COUNT


def test_a_folder_below_is_right_and_so_is_a_length_that_is_left_out(model, tmp_path):
    (tmp_path / "model" / "below").mkdir()
    (tmp_path / "model" / "below" / "w.bin").write_bytes(bytes(4 * COUNT))
    assert describe("m", model("below/w.bin", None, None)).parameters == COUNT


@pytest.mark.parametrize(
    ("location", "offset", "length", "said"),
    [
        ("../secret", "0", "4000", "outside the model's folder"),
        ("/etc/passwd", "0", "1", "outside the model's folder"),
        ("", "0", "1", "outside the model's folder"),
        ("link", "0", "4000", "outside the model's folder"),
        ("absent.bin", "0", "4000", "which does not exist"),
        (".", "0", "0", "which does not exist"),
        ("w.bin", "4", "4000", "should end at byte 4004 of 'w.bin', which has 4000"),
        ("w.bin", "0", "4001", "should end at byte 4001"),
        ("w.bin", "-1", "4000", "have the offset '-1'"),
        ("w.bin", "0", "many", "have the length 'many'"),
        ("w.bin", "0", "9" * 400, "have the length '999"),
    ],
)
def test_what_must_not_or_cannot_be_read_is_a_sentence(
    model, tmp_path, location, offset, length, said
):
    (tmp_path / "model" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(ModelError, match=said) as caught:
        describe("m", model(location, offset, length))
    assert "'w'" in caught.value.message


def test_a_cache_of_links_keeps_a_model_and_its_weights(model, tmp_path):
    path = model("w.bin")
    cache = tmp_path / "snapshot"
    cache.mkdir()
    for name in ("m.onnx", "w.bin"):
        (cache / name).symlink_to(path.parent / name)
    assert describe("m", cache / "m.onnx").parameters == COUNT


def test_weights_in_the_branch_of_a_node_are_checked_too(model, tmp_path):
    proto = onnx.load(model("../secret"), load_external_data=False)
    inner = onnx.GraphProto()
    inner.CopyFrom(proto.graph)
    inner.ClearField("input")
    branch = helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)
    graph = helper.make_graph(
        [branch],
        "outer",
        [helper.make_tensor_value_info("c", TensorProto.BOOL, [])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [COUNT])],
    )
    path = tmp_path / "model" / "nested.onnx"
    path.write_bytes(helper.make_model(graph).SerializeToString())
    with pytest.raises(ModelError, match="outside the model's folder"):
        describe("m", path)
