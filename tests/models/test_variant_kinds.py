"""Graphs that the converters' own tools stumble over become right variants all the same."""

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.models.outputs.plain import plain_session
from bench.models.variants.half import halve
from bench.models.variants.quantise import quantise

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
GENERATOR = numpy.random.default_rng(3)
F = TensorProto.FLOAT


def weights(*shape):
    return GENERATOR.standard_normal(shape).astype("float32")


def written(path, nodes, shape, constants):
    ranks = [("x", F, ["n", *shape])], [("y", F, None)]
    return onnx_models.write(path, nodes, *ranks, constants.items(), opset=17)


def convolution(out, bias, name):
    return helper.make_node("Conv", ["x", "k", bias], [out], kernel_shape=[3, 3], name=name)


def shared_bias(path):
    """Two nodes with one bias called `b`, and a value called `b2`, as tf2onnx has them."""
    nodes = [
        convolution("b2", "b", ""),
        helper.make_node("Neg", ["b2"], ["minus"]),
        convolution("c", "b", "second"),
        helper.make_node("Sub", ["c", "minus"], ["y"]),
    ]
    return written(path, nodes, (2, 8, 8), {"k": weights(4, 2, 3, 3), "b": weights(4)})


def row_of_biases(shape):
    def write(path):
        nodes = [
            helper.make_node("Gemm", ["x", "v"], ["h"]),
            helper.make_node("Gemm", ["h", "w", "b"], ["y"], transB=1),
        ]
        constants = {"v": weights(8, 8), "w": weights(6, 8), "b": weights(*shape)}
        return written(path, nodes, (8,), constants)

    return write


def external(path):
    onnx_models.linear(path, features=8, classes=6)
    proto = onnx.load(path)
    onnx.save(
        proto, path, save_as_external_data=True, location=f"{path.name}.data", size_threshold=0
    )
    return path


def masked(path):
    """What is not a number is chosen nowhere."""
    nothing = helper.make_tensor("value", F, [1], [numpy.nan])
    nodes = [
        helper.make_node("Gemm", ["x", "w"], ["h"]),
        helper.make_node("IsNaN", ["h"], ["missing"]),
        helper.make_node("Shape", ["h"], ["shape"]),
        helper.make_node("ConstantOfShape", ["shape"], ["nothing"], value=nothing),
        helper.make_node("Where", ["missing", "nothing", "h"], ["y"]),
    ]
    return written(path, nodes, (8,), {"w": weights(8, 6)})


def scattered(path):
    nodes = [
        helper.make_node("Gemm", ["x", "w"], ["h"]),
        helper.make_node("ScatterElements", ["h", "i", "h"], ["y"], reduction="add"),
    ]
    indices = numpy.zeros((3, 6), "int64")
    return written(path, nodes, (8,), {"w": weights(8, 6), "i": indices})


def quantised(path):
    quantise(external(path.with_name("float.onnx")), path, CALLS)
    proto = onnx.load(path)
    proto.graph.node.add().CopyFrom(helper.make_node("Exp", ["y"], ["z"]))
    proto.graph.output[0].name = "z"
    onnx.save(proto, path)
    return path


CALLS = [{"x": weights(3, 8)}]
PICTURES = [{"x": weights(3, 2, 8, 8)}]


def differences(source, target, call):
    expected, ours = (plain_session(path).run(None, call)[0] for path in (source, target))
    assert ours.shape == expected.shape
    return abs(ours - expected).max() / abs(expected).max()


@pytest.mark.parametrize(
    ("write", "stay"),
    [
        (shared_bias, 0),
        (row_of_biases((1, 6)), 0),
        (row_of_biases((1,)), 0),
        (row_of_biases((3, 6)), 1),
        (external, 0),
        (masked, 1),
    ],
    ids=["shared bias", "row", "single", "each row", "external", "masked"],
)
def test_int8_of(write, stay, tmp_path):
    source, target = write(tmp_path / "m.onnx"), tmp_path / "int8.onnx"
    calls = PICTURES if write is shared_bias else CALLS
    notes = quantise(source, target, calls)
    assert [note.partition(" ")[0] for note in notes] == ([str(stay)] if stay else [])
    assert any(node.op_type == "DequantizeLinear" for node in onnx.load(target).graph.node)
    assert differences(source, target, calls[0]) < 0.05


def of_onnxruntime(operator, *inputs):
    """An operator of onnxruntime's own, which its definition gives no float16."""

    def write(path):
        nodes = [
            helper.make_node("MatMul", ["x", "w"], ["h"]),
            helper.make_node(operator, ["h", *inputs], ["y"], domain="com.microsoft"),
        ]
        constants = {
            "w": weights(8, 8),
            "k": GENERATOR.integers(-128, 128, (8, 6)).astype("int8"),
            "scale": numpy.float32([0.01]),
        }
        written(
            path, nodes, (8,), {name: constants[name] for name in ("w", *inputs) if name != "h"}
        )
        proto = onnx.load(path)
        proto.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        onnx.save(proto, path)
        return path

    return write


@pytest.mark.parametrize(
    "write",
    [
        scattered,
        quantised,
        of_onnxruntime("DynamicQuantizeMatMul", "k", "scale"),
        of_onnxruntime("CDist", "h"),
    ],
    ids=["scattered", "quantised", "quantised within", "distances"],
)
def test_fp16_of(write, tmp_path):
    source, target = write(tmp_path / "m.onnx"), tmp_path / "fp16.onnx"
    halve(source, target)
    assert differences(source, target, CALLS[0]) < 0.01
