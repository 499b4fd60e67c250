"""Files that declare other outputs than they give run as `session.run` runs them, and say so."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Workload
from bench.models.files.describe import describe
from bench.runtimes.onnxruntime import plugin
from bench.runtimes.onnxruntime.declared import contradiction, may_be_wrong

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
X = numpy.arange(24, dtype="float32").reshape(8, 3)


def opened(path, batch="n", declares=(1, 2)):
    """A batch that was opened by hand at the input alone."""
    weights = onnx_models.linear_weights()
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    inputs, outputs = [("x", TensorProto.FLOAT, [batch, 3])], [("y", TensorProto.FLOAT, declares)]
    onnx_models.write(path, [node], inputs, outputs, [("w", weights["w"])])
    return plugin.open(describe("m", path), "cpu", Workload(8, 1)), weights["w"]


def test_a_batch_that_the_output_does_not_know_of_runs_any_number_of_times(tmp_path):
    session, w = opened(tmp_path / "m.onnx")
    call = session.bind({"x": X})
    for _ in range(3):
        call()
        assert numpy.allclose(session.outputs()[0], X @ w)
    assert session.ran().options["outputs"] == "the file declares y as 1×2, and it is 8×2"
    session.bind({"x": -X})()
    assert numpy.allclose(session.outputs()[0], -X @ w)


@pytest.mark.parametrize("declares", [("n", 2), (8, 2)])
def test_a_file_that_is_right_is_called_as_all_others(tmp_path, declares):
    session, w = opened(tmp_path / "m.onnx", declares=declares)
    call = session.bind({"x": X})
    for _ in range(2):
        call()
    assert numpy.allclose(session.outputs()[0], X @ w)
    assert "outputs" not in session.ran().options


def test_only_files_that_may_be_wrong_are_looked_at():
    assert may_be_wrong([("n", 4)], [(1, 2)])
    assert may_be_wrong([(1, "width")], [(1, "length")])
    assert not may_be_wrong([("n", 4)], [("n", 2)])
    assert not may_be_wrong([(1, 4)], [(1, 2)])


def test_another_rank_is_another_shape_and_what_is_no_tensor_has_none():
    assert contradiction(["y"], [(1, "n")], [(28, 1, 9)]) == (
        "the file declares y as 1×n, and it is 28×1×9"
    )
    assert contradiction(["y", "z"], [(1, None), ()], [(1, 5), (3, 4)]) is None
    assert contradiction(["y"], [(1,)], [None]) is None
