"""Files are decoded without the values of their weights, and otherwise as they are."""

import random

import numpy
import onnx
import onnx_models
import pytest
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

from bench.models.catalog import exported_folder
from bench.models.files import weightless

MODELS = [exported_folder() / f"{name}.onnx" for name in ("avg", "max")]


def without_values(proto):
    for tensor in proto.graph.initializer:
        if len(tensor.raw_data) > weightless.LARGEST_KEPT:
            tensor.ClearField("raw_data")
    return proto


@pytest.mark.parametrize("path", MODELS)
def test_all_but_the_values_of_weights_is_as_onnx_reads_it(path):
    assert weightless.load(path) == without_values(onnx.load(path))
    assert len(weightless.load(path).SerializeToString()) < 0.3 * path.stat().st_size


def test_weights_in_constants_and_subgraphs_are_left_out_too(tmp_path):
    large = numpy_helper.from_array(numpy.zeros(1_000, "float32"), "large")
    small = numpy_helper.from_array(numpy.arange(4), "small")
    inner = helper.make_graph([helper.make_node("Identity", ["large"], ["z"])], "inner", [], [
        helper.make_tensor_value_info("z", TensorProto.FLOAT, [1_000])], [large])  # fmt: skip
    nodes = [
        helper.make_node("Constant", [], ["c"], value=large),
        helper.make_node("Constant", [], ["s"], value=small),
        helper.make_node("If", ["x"], ["y"], then_branch=inner, else_branch=inner),
    ]
    path = onnx_models.write(
        tmp_path / "m.onnx", nodes, [("x", TensorProto.BOOL, [1])], [("y", 1, [1_000])]
    )
    light = weightless.load(path)
    assert len(light.SerializeToString()) < 1_500
    constant, shape, branch = light.graph.node
    assert (list(constant.attribute[0].t.dims), constant.attribute[0].t.raw_data) == ([1_000], b"")
    assert numpy_helper.to_array(shape.attribute[0].t).tolist() == [0, 1, 2, 3]
    kept = [graph.g.initializer[0] for graph in branch.attribute]
    assert [(tensor.name, tensor.raw_data) for tensor in kept] == [("large", b"")] * 2


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",  # a number without an end
        b"\xff" * 11,  # one of more than ten bytes
        b"\x3a\x05ab",  # a graph that ends behind its file
        b"\x0b",  # a group, which protobuf 3 does not have
        b"\x3d\x01",  # four bytes of which one is there
        b"\x3a\x02\x2a\x09",  # a tensor that ends behind its graph
    ],
)
def test_what_is_no_protobuf_is_told(content, tmp_path):
    (tmp_path / "m.onnx").write_bytes(content)
    with pytest.raises((ValueError, DecodeError)):
        weightless.load(tmp_path / "m.onnx")


def test_deep_nesting_ends_before_the_stack_does(tmp_path):
    content = b""
    for _ in range(3_000):  # graph in attribute in node in graph …
        for tag in (0x32, 0x2A, 0x0A):
            content = bytes([tag]) + weightless._varint(len(content)) + content
    (tmp_path / "m.onnx").write_bytes(b"\x3a" + weightless._varint(len(content)) + content)
    with pytest.raises(ValueError, match="too deeply"):
        weightless.load(tmp_path / "m.onnx")


def test_mutated_files_are_decoded_or_refused(tmp_path):
    generator = random.Random(1)
    whole = MODELS[0].read_bytes()
    path = tmp_path / "m.onnx"
    for _ in range(300):
        content = bytearray(whole[: generator.choice([2_000, len(whole)])])
        for _ in range(generator.randint(1, 4)):
            content[generator.randrange(len(content))] = generator.randrange(256)
        path.write_bytes(content)
        try:
            weightless.load(path)
        except (ValueError, DecodeError):
            continue
