"""A model that asks for too much ends its own row with a sentence, and leaves no process."""

from dataclasses import asdict

import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Workload
from bench.engine.launcher import Worker
from bench.engine.limits import GIB, Limits
from bench.engine.plan import described
from bench.errors import BenchError, WorkerError

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

X = [("x", TensorProto.FLOAT, ["n", 4])]


def expanding(path):
    """Expands one number to four terabytes."""
    shape = helper.make_tensor("shape", TensorProto.INT64, [2], [10**6, 10**6])
    return onnx_models.write(
        path,
        [
            helper.make_node("ReduceSum", ["x"], ["sum"], keepdims=0),
            helper.make_node("Constant", [], ["shape"], value=shape),
            helper.make_node("Expand", ["sum", "shape"], ["y"]),
        ],
        X,
        [("y", TensorProto.FLOAT, None)],
    )


def endless(path):
    """Loops 2**62 times."""
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["goes_on"]),
            helper.make_node("Add", ["v", "v"], ["w"]),
        ],
        "body",
        [
            value("number", TensorProto.INT64, []),
            value("going", TensorProto.BOOL, []),
            value("v", TensorProto.FLOAT, ["n", 4]),
        ],
        [value("goes_on", TensorProto.BOOL, []), value("w", TensorProto.FLOAT, ["n", 4])],
    )
    times = helper.make_tensor("times", TensorProto.INT64, [], [2**62])
    true = helper.make_tensor("true", TensorProto.BOOL, [], [True])
    return onnx_models.write(
        path,
        [
            helper.make_node("Constant", [], ["times"], value=times),
            helper.make_node("Constant", [], ["true"], value=true),
            helper.make_node("Loop", ["times", "true", "x"], ["y"], body=body),
        ],
        X,
        [("y", TensorProto.FLOAT, None)],
    )


def opening(path, limits):
    """Ask a worker with these limits to open the model, and to run it twice."""
    model = described("m", path=str(path))
    with Worker(limits) as worker:
        worker.ask("load", runtime="onnxruntime")
        worker.ask(
            "open",
            provider="cpu",
            model=asdict(model),
            workload=asdict(Workload(1, 1)),
            dataset=None,
        )


def test_a_tensor_that_does_not_fit_is_out_of_memory(tmp_path):
    with pytest.raises(BenchError, match="out of memory") as caught:
        opening(expanding(tmp_path / "m.onnx"), Limits(memory=2 * GIB))
    assert "4000000000000" in caught.value.sentence()
    assert "\n" not in caught.value.sentence()


def test_a_loop_without_end_is_ended_at_the_deadline(tmp_path):
    with pytest.raises(WorkerError, match="exceeded 5 s in load"):
        opening(endless(tmp_path / "m.onnx"), Limits(seconds=5))
