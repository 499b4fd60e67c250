"""Graphs with a BatchNormalization in a chosen place, and what it computes in numpy."""

import numpy
import onnx
import onnx_models
from onnx import TensorProto, helper

GENERATOR = numpy.random.default_rng(3)
STATISTICS = ("scale", "shift", "mean", "variance")


def normalisation(channels, negative=False, shift=None, value="x", to="n"):
    """The node that normalises `value`, and its four constants; scales are positive unless told."""
    scale = GENERATOR.uniform(0.5, 2.0, channels)
    if negative:
        scale[0] *= -1
    mean = GENERATOR.standard_normal(channels)
    variance = GENERATOR.uniform(0.5, 2.0, channels)
    if shift is not None:  # what is added in the end
        offset = shift + mean * scale / numpy.sqrt(variance + 1e-5)
    else:
        offset = GENERATOR.standard_normal(channels)
    constants = zip(STATISTICS, (scale, offset, mean, variance), strict=True)
    node = helper.make_node("BatchNormalization", [value, *STATISTICS], [to], "norm")
    return node, [(name, array.astype("float32")) for name, array in constants]


def weight(*shape):
    """Normal floats."""
    return GENERATOR.standard_normal(shape).astype("float32")


def images(path, nodes, weights, channels=4, outputs=("y",), extra=()):
    """A model of `channels`×6×6 images; the shapes of its outputs are inferred."""
    onnx_models.write(
        path,
        nodes,
        [("x", TensorProto.FLOAT, ["batch", channels, 6, 6]), *extra],
        [(name, TensorProto.FLOAT, None) for name in outputs],
        weights,
    )
    proto = onnx.load(path)
    inferred = onnx.shape_inference.infer_shapes(proto, check_type=True, strict_mode=True)
    for output, known in zip(proto.graph.output, inferred.graph.output, strict=True):
        output.CopyFrom(known)
    onnx.save(proto, path)
    onnx.checker.check_model(path, full_check=True)
    return path


def operators(path):
    """The operators of a file that passes the checker, in order."""
    onnx.checker.check_model(path, full_check=True)
    return [node.op_type for node in onnx.load(path).graph.node]


def batches(channels=4, count=2):
    """Inputs for `images`."""
    return [{"x": GENERATOR.standard_normal((3, channels, 6, 6)).astype("float32")}] * count
