"""Small ONNX models whose outputs a line of numpy gives too."""

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20


def write(path, nodes, inputs, outputs, weights=(), metadata=None, opset=OPSET):
    """Save a model; `inputs` and `outputs` are (name, element type, shape) each."""
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(*one) for one in inputs],
        [helper.make_tensor_value_info(*one) for one in outputs],
        [numpy_helper.from_array(array, name) for name, array in weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
    helper.set_model_props(model, metadata or {})
    onnx.save(model, path)
    return path


def linear(path, batch="batch", features=3, classes=2, metadata=None):
    """`linear_reference` as a model; `batch` is a number where it is fixed."""
    return write(
        path,
        [helper.make_node("Gemm", ["x", "w", "b"], ["h"]), helper.make_node("Relu", ["h"], ["y"])],
        [("x", TensorProto.FLOAT, [batch, features])],
        [("y", TensorProto.FLOAT, [batch, classes])],
        linear_weights(features, classes).items(),
        metadata,
    )


def linear_weights(features=3, classes=2):
    generator = numpy.random.default_rng(7)
    return {
        "w": generator.standard_normal((features, classes)).astype("float32"),
        "b": generator.standard_normal(classes).astype("float32"),
    }


def linear_reference(x, classes=2):
    weights = linear_weights(x.shape[1], classes)
    return numpy.maximum(x @ weights["w"] + weights["b"], 0)


def one_operator(path, operator, types=(TensorProto.FLOAT,), shape=("batch", 4), **attributes):
    """One node with an input of each type, all of one shape; the output is of the first type."""
    names = [f"x{index}" for index in range(len(types))]
    return write(
        path,
        [helper.make_node(operator, names, ["y"], **attributes)],
        [(name, kind, shape) for name, kind in zip(names, types, strict=True)],
        [("y", types[0], shape)],
    )


def unknown_operator(path):
    """A model that decodes but that no runtime can run."""
    return write(
        path,
        [helper.make_node("NoSuchOperator", ["x"], ["y"], domain="nowhere")],
        [("x", TensorProto.FLOAT, ["batch", 3])],
        [("y", TensorProto.FLOAT, ["batch", 3])],
    )
