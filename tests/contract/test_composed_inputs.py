"""Optionals, sequences and texts are bound, called and profiled by onnxruntime."""

import numpy
import onnx
import pytest
from onnx import TensorProto, helper

from bench.domain import Workload
from bench.models.feed.inputs import made_inputs
from bench.models.files.describe import describe
from bench.runtimes.onnxruntime import plugin

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
TENSOR = helper.make_tensor_type_proto(TensorProto.FLOAT, [3, "high", "wide"])


def written(path, node, kind):
    graph = helper.make_graph(
        [node],
        "test",
        [helper.make_value_info("x", kind)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    opset = helper.make_opsetid("", 18)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return describe("m", path)


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (
            helper.make_node("OptionalGetElement", ["x"], ["y"]),
            helper.make_optional_type_proto(TENSOR),
        ),
        (
            helper.make_node("ConcatFromSequence", ["x"], ["y"], axis=0),
            helper.make_sequence_type_proto(TENSOR),
        ),
    ],
    ids=["optional", "sequence"],
)
def test_what_holds_pictures_holds_some_of_a_usual_size(node, kind, tmp_path):
    model = written(tmp_path / "m.onnx", node, kind)
    inputs = made_inputs(model, 1, seed=1)
    session = plugin.open(model, "cpu", Workload(1, 1))
    session.bind(inputs)()
    (answer,) = session.outputs()
    assert answer.shape == (3, 224, 224)
    fed = inputs["x"][0] if isinstance(inputs["x"], list) else inputs["x"]
    assert numpy.array_equal(answer, fed)
    assert node.op_type in {kernel.operator for kernel in session.trace(calls=2).kernels}
