"""A model that asks for too much ends its own row with a sentence, and leaves no process."""

import sys
from dataclasses import asdict

import pytest
from hostile import endless, expanding, nested

from bench.cli import main
from bench.domain import Workload
from bench.domain.limits import GIB, Limits
from bench.engine.launcher import Worker
from bench.engine.survey import described
from bench.errors import BenchError, WorkerError

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def opening(path, limits):
    """Ask a worker with these limits to open the model, and to run it twice."""
    model = described("m", path=str(path))
    with Worker(limits=limits) as worker:
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


@pytest.fixture
def main_without_onnx(monkeypatch):
    """The command line of a process that could not parse a model if it wanted to."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "onnx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    return main


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("info", ()),
        ("profile", ("--calls", "1")),
        ("run", ("--provider", "cpu", "--precision", "int8", "--no-save", "--quick")),
    ],
)
def test_a_model_is_parsed_by_workers_alone_and_within_their_limits(
    main_without_onnx, tmp_path, capsys, command, options
):
    model = str(nested(tmp_path / "m.onnx"))
    limits = ("--limit", "memory=1GiB", "--limit", "time=20")
    assert main_without_onnx([command, model, *options, *limits]) in (1, 3)
    told = capsys.readouterr()
    assert "cannot be decoded" in " ".join((told.out + told.err).split())


def test_a_profile_ends_at_the_limit_of_memory(tmp_path, capsys):
    model = str(expanding(tmp_path / "m.onnx"))
    assert main(["profile", model, "--limit", "memory=2GiB", "--limit", "time=60"]) == 3
    assert "out of memory" in capsys.readouterr().err
