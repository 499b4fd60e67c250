"""Words that fit no model or no target end it all; where some fit, the others are rows."""

from dataclasses import asdict

import numpy
import onnx_models
import pytest
from scripted import COLD, RAN, FakeLaunch, FakeWorker

from bench import cli
from bench.domain import Asked, Failed, Feed, Model, Skipped, Subject, Target
from bench.engine.launcher import Worker
from bench.engine.plan import plan
from bench.errors import BenchError, OptionError, UsageError

NULL = (Target("null", "cpu"),)
CPU, TORCH = Target("onnxruntime", "cpu"), Target("torch", "cpu")


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """A model of any batch and one that takes four items, and data for neither."""
    monkeypatch.chdir(tmp_path)
    onnx_models.linear(tmp_path / "any.onnx")
    onnx_models.linear(tmp_path / "four.onnx", batch=4)
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    numpy.save("long.npy", numpy.zeros((1, 9), "float32"))
    numpy.savez("long.npz", inputs=numpy.zeros((5, 9), "float32"), labels=numpy.zeros(5, int))


@pytest.mark.parametrize(
    ("models", "batches", "feed", "said"),
    [
        (["any.onnx"], (), Feed(dims={"seq": 3}), "any.onnx has no dynamic dimension called 'seq'"),
        (["any.onnx"], (), Feed(inputs=("x=long.npy",)), "Input 'x' of any.onnx is float32 of"),
        (["any.onnx"], (), Feed(inputs=("y=long.npy",)), "any.onnx has no input called 'y'"),
        (["any.onnx"], (), Feed("long.npz"), "any.onnx takes float32 inputs of shape 3, but"),
        (["any.onnx"], (), Feed("none.npz"), "The data set none.npz cannot be read"),
        (["four.onnx"], (2, 8), Feed(), "four.onnx has a fixed batch of 4 and cannot run 2 items"),
        (["broken.onnx", "four.onnx"], (2,), Feed(), "four.onnx has a fixed batch of 4"),
    ],
)
def test_what_fits_no_model_is_wrong_usage(models, batches, feed, said):
    with pytest.raises(UsageError, match=said) as caught:
        plan(Asked(Subject(tuple(models), NULL, batches, threads=(1,)), feed))
    assert caught.value.hint


def test_what_fits_some_models_is_a_row_for_the_others():
    models = ("any.onnx", "four.onnx")
    any_batch, four = plan(Asked(Subject(models, NULL, (2,), threads=(1,))))
    assert any_batch.ended is None
    assert isinstance(four.ended, Skipped)
    any_batch, four = plan(Asked(Subject(models, NULL, threads=(1,)), Feed(dims={"batch": 2})))
    assert any_batch.ended is None
    assert isinstance(four.ended, Failed)


@pytest.mark.parametrize("command", ["run", "profile", "compare"])
def test_every_command_that_measures_refuses_them(command, tmp_path, capsys):
    words = ["any.onnx", *(["four.onnx"] if command == "compare" else [])]
    assert cli.main([command, *words, "-p", "null", "--dim", "seq=3"]) == 2
    assert "has no dynamic dimension called 'seq'" in capsys.readouterr().err
    assert not (tmp_path / "reports").exists()


def test_info_refuses_a_dimension_that_the_model_does_not_have(capsys):
    assert cli.main(["info", "any.onnx", "--dim", "seq=3"]) == 2
    assert "It has: batch" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ({CPU: OptionError("No foo.", "It has: bar."), TORCH: OptionError("Nor here.")}, True),
        ({CPU: OptionError("No foo.", "It has: bar."), TORCH: None}, False),
        ({CPU: OptionError("No foo.", "It has: bar."), TORCH: BenchError("broken")}, False),
    ],
)
def test_options_that_no_target_takes_are_wrong_usage(answers, refused):
    subject = Subject(("any.onnx",), tuple(answers), options={"foo": "1"})
    launch = FakeLaunch(lambda number: telling(answers))
    if not refused:
        assert [row.ended for row in plan(Asked(subject), launch)] == [None, None]
        return
    with pytest.raises(UsageError, match="No foo") as caught:
        plan(Asked(subject), launch)
    assert caught.value.hint == "It has: bar."


def telling(answers):
    """A worker that says of `foo` what the runtime that it has loaded does."""
    loaded = []

    def load(runtime):
        loaded.append(runtime)
        return {"import": COLD["import"]}

    def opened(**_):
        (runtime,) = loaded
        return answers[Target(runtime, "cpu")] or {"ran": RAN, "cold": COLD}

    survey = {"version": "1.0", "providers": [{"name": "cpu", "reason": None}]}
    model = {"name": "any.onnx", "path": "any.onnx", "inputs": [], "outputs": []}
    return FakeWorker(survey=survey, describe=model, load=load, open=opened)


def test_a_worker_tells_options_from_other_errors():
    model = asdict(Model("any.onnx", "any.onnx"))
    workload = {"batch": 1, "threads": 1, "options": {"foo": "1"}}
    with Worker() as worker:
        worker.ask("load", runtime="null")
        with pytest.raises(OptionError, match="option called 'foo'") as caught:
            worker.ask("open", provider="cpu", model=model, workload=workload, dataset=None)
    assert caught.value.hint == "Leave --option foo out."
