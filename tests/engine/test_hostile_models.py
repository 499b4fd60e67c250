"""A model that asks for too much ends its own row with a sentence, and leaves no process."""

from dataclasses import asdict

import pytest
from hostile import endless, expanding

from bench.domain import Workload
from bench.domain.limits import GIB, Limits
from bench.engine.launcher import Worker
from bench.engine.survey import described
from bench.errors import BenchError, WorkerError

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


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
