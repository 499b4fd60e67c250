"""Made values suit the operators that take them: onnxruntime runs what plain zeros would break."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.models.feed.inputs import made_inputs
from bench.models.files.describe import describe

FLOAT, INT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def run(path, dims=None, batch=2):
    onnxruntime = pytest.importorskip("onnxruntime")
    inputs = made_inputs(describe("m", path), batch, 1, dims or {})
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return inputs, session.run(None, dict(inputs))


def single_node(path, operator, inputs, shape, weights=(), **attributes):
    names = [name for name, *_ in inputs]
    order = [*names, *(name for name, _ in weights)]
    node = helper.make_node(operator, sorted(order), ["y"], **attributes)
    return onnx_models.write(path, [node], inputs, [("y", FLOAT, shape)], weights)


def test_indices_use_their_whole_axis_and_stay_in_it(tmp_path):
    table = [("a", numpy.arange(14, dtype="float32").reshape(7, 2))]
    path = single_node(tmp_path / "m.onnx", "Gather", [("b", INT, ["n", 50])], ["n", 50, 2], table)
    inputs, outputs = run(path)
    assert set(inputs["b"].ravel()) == set(range(7))
    assert outputs[0].shape == (2, 50, 2)


def test_indices_are_followed_through_a_cast(tmp_path):
    nodes = [
        helper.make_node("Cast", ["ids"], ["whole"], to=INT),
        helper.make_node("Gather", ["table", "whole"], ["y"], axis=1),
    ]
    table = [("table", numpy.zeros((2, 3), "float32"))]
    path = onnx_models.write(
        tmp_path / "m.onnx",
        nodes,
        [("ids", TensorProto.INT32, [40])],
        [("y", FLOAT, [2, 40])],
        table,
    )
    inputs, _ = run(path)
    assert set(inputs["ids"]) == {0, 1, 2}


def test_the_narrower_of_two_tables_counts(tmp_path):
    nodes = [
        helper.make_node("Gather", [table, "ids"], [out])
        for table, out in (("wide", "y"), ("narrow", "z"))
    ]
    weights = [("wide", numpy.zeros(99, "float32")), ("narrow", numpy.zeros(3, "float32"))]
    outputs = [("y", FLOAT, [80]), ("z", FLOAT, [80])]
    path = onnx_models.write(tmp_path / "m.onnx", nodes, [("ids", INT, [80])], outputs, weights)
    inputs, _ = run(path)
    assert inputs["ids"].max() == 2


@pytest.mark.parametrize(
    ("operator", "inputs", "shape", "made"),
    [
        ("Reshape", [("a", FLOAT, [4, 6]), ("b", INT, [2])], [3, 8], [3, 8]),
        ("Reshape", [("a", FLOAT, [4, 6]), ("b", INT, [2])], [None, None], [-1, 1]),
        ("Expand", [("a", FLOAT, [1, 6]), ("b", INT, [2])], [4, 6], [4, 6]),
        ("Tile", [("a", FLOAT, [4, 6]), ("b", INT, [2])], [None, None], [1, 1]),
        ("Unsqueeze", [("a", FLOAT, [4, 6]), ("b", INT, [1])], [1, 4, 6], [0]),
        ("Squeeze", [("a", FLOAT, [4, 1]), ("b", INT, [1])], [4], [1]),
        ("ReduceSum", [("a", FLOAT, [4, 6]), ("b", INT, [1])], [1, 6], [0]),
        ("TopK", [("a", FLOAT, [4, 6]), ("b", INT, [1])], [4, 1], [1]),
        ("ConstantOfShape", [("b", INT, [2])], [3, 2], [3, 2]),
    ],
)
def test_shapes_and_axes_are_such_that_the_model_runs(tmp_path, operator, inputs, shape, made):
    path = tmp_path / "m.onnx"
    extra = ["i"] if operator == "TopK" else []
    node = helper.make_node(operator, [name for name, *_ in inputs], ["y", *extra])
    onnx_models.write(path, [node], inputs, [("y", FLOAT, shape)])
    inputs, _ = run(path)
    assert inputs["b"].tolist() == made


def test_boxes_are_chosen_by_shares_of_an_area(tmp_path):
    names = ["boxes", "scores", "most", "overlap", "least"]
    shapes = [[1, 6, 4], [1, 2, 6], [1], [1], [1]]
    types = [FLOAT, FLOAT, INT, FLOAT, FLOAT]
    node = helper.make_node("NonMaxSuppression", names, ["y"])
    inputs = list(zip(names, types, shapes, strict=True))
    made, outputs = run(
        onnx_models.write(tmp_path / "m.onnx", [node], inputs, [("y", INT, [None, 3])])
    )
    assert (made["overlap"].tolist(), made["least"].tolist()) == ([0.5], [0.0])
    assert len(outputs[0])


def test_ends_of_slices_and_divisors_are_no_zeros(tmp_path):
    nodes = [
        helper.make_node("Slice", ["x", "starts", "ends"], ["s"]),
        helper.make_node("Div", ["s", "by"], ["y"]),
    ]
    inputs = [("x", INT, [6]), ("starts", INT, [1]), ("ends", INT, [1]), ("by", INT, [1])]
    path = onnx_models.write(tmp_path / "m.onnx", nodes, inputs, [("y", INT, [None])])
    made, outputs = run(path)
    assert made["by"].tolist() == [1] and outputs[0].shape == (6,)


def test_masks_keep_everything_and_lengths_are_whole(tmp_path):
    nodes = [
        helper.make_node("Where", ["attention_mask", "x", "x"], ["w"]),
        helper.make_node("Cast", ["lengths"], ["f"], to=FLOAT),
        helper.make_node("Add", ["w", "f"], ["y"]),
    ]
    inputs = [("x", FLOAT, ["n", "t"]), ("attention_mask", BOOL, ["n", "t"]), ("lengths", INT, [1])]
    path = onnx_models.write(tmp_path / "m.onnx", nodes, inputs, [("y", FLOAT, ["n", "t"])])
    made, _ = run(path, {"t": 9})
    assert made["attention_mask"].all() and made["lengths"].tolist() == [9]
