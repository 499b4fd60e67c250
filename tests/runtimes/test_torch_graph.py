"""Calls that torch captures and replays, with a capture that binds what it sees once."""

import functools

import numpy
import pytest

torch = pytest.importorskip("torch")

from bench.domain import Model, Workload  # noqa: E402
from bench.errors import OptionError, RuntimeUnavailable  # noqa: E402
from bench.models.catalog import exported_folder  # noqa: E402
from bench.runtimes import torch as runtime  # noqa: E402
from bench.runtimes.torch import plugin, session  # noqa: E402
from bench.runtimes.torch.graph import CapturedCall  # noqa: E402

DEVICE = Workload(2, 1, "submit", options={"cuda_graph": "1"})


@pytest.fixture
def captures(monkeypatch):
    """Replays on the CPU what was captured, into the tensor that the first replay gave."""
    captured = []

    def capture(work):
        captured.append(work)
        held = [cell.cell_contents for cell in work.__closure__]
        call = next(each for each in held if isinstance(each, CapturedCall))
        work()
        place = call.output

        def replay():
            with torch.inference_mode():
                work()
                place.copy_(call.output)
            call.output = place

        return replay

    monkeypatch.setattr(session, "capture", capture)
    return captured


def feed(*numbers):
    return {"x": numpy.array([numbers], "float32")}


def test_a_replay_reads_the_inputs_that_were_given_last(captures):
    opened = session.TorchSession(lambda tensor: tensor * 2, "cpu", "eager", DEVICE)
    for numbers in ((1, 2), (3, 4), (1, 2)):
        call = opened.bind(feed(*numbers))
        for _ in range(2):
            call()
            assert opened.outputs()[0].tolist() == [[2.0 * number for number in numbers]]
    assert len(captures) == 1


def test_the_first_call_captures_so_that_its_time_is_that_of_both(captures):
    opened = session.TorchSession(lambda tensor: tensor * 2, "cpu", "eager", DEVICE)
    call = opened.bind(feed(1, 2))
    assert not captures
    call()
    assert len(captures) == 1


def test_the_parts_of_a_call_are_those_of_a_replay(captures, monkeypatch):
    calls = []

    class Event:
        def __init__(self, enable_timing):
            assert enable_timing

        def record(self):
            self.place = len(calls)

        def elapsed_time(self, later):
            return float(later.place - self.place)

    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    opened = session.TorchSession(lambda tensor: tensor * 2, "cpu", "eager", DEVICE)
    opened.bind(feed(1, 2))()
    replay = opened._captured.replay
    opened._captured.replay = lambda: (calls.append("replay"), replay())
    opened._module = lambda tensor: pytest.fail("the module itself was called")
    opened._device = "cuda"
    monkeypatch.setattr(torch.Tensor, "cpu", lambda self: self)
    assert opened.parts() == {"host_to_device": 0.0, "compute": 0.001, "device_to_host": 0.0}


def test_other_shapes_are_captured_anew(captures):
    opened = session.TorchSession(lambda tensor: tensor + 1, "cpu", "eager", DEVICE)
    for numbers in ((1, 2), (3, 4, 5)):
        opened.bind(feed(*numbers))()
        assert opened.outputs()[0].tolist() == [[number + 1 for number in numbers]]
    assert len(captures) == 2


def test_the_callers_array_is_not_written(captures):
    opened = session.TorchSession(lambda tensor: tensor, "cpu", "eager", DEVICE)
    first = feed(1, 2)
    opened.bind(first)()
    opened.bind(feed(3, 4))()
    assert first["x"].tolist() == [[1, 2]]


@pytest.mark.parametrize("boundary", ["host", "device"])
def test_a_graph_needs_a_gpu_and_a_boundary_on_it(boundary):
    workload = functools.partial(Workload, 2, 1, options={"cuda_graph": "1"})
    with pytest.raises(RuntimeUnavailable, match="same memory of a GPU") as caught:
        plugin.open(Model("m", ""), "cpu", workload(boundary=boundary))
    assert "--boundary device" in caught.value.hint


def test_a_second_gpu_is_the_one_that_is_used_and_waited_for(monkeypatch):
    chosen = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    assert runtime._device("cuda", "1") == "cuda:1"
    assert chosen == [1]
    assert runtime._device("cuda", None) == "cuda"
    with pytest.raises(OptionError, match="finds 2 devices for cuda, and number 2"):
        runtime._device("cuda", "2")


def test_the_cpu_has_one_device():
    name, path = "max", str(exported_folder() / "max.onnx")
    model = Model(name, path, metadata={"onnx-bench.network": name})
    opened = plugin.open(model, "cpu", Workload(1, 1, options={"device": "0"}))
    assert opened.ran().providers == {"cpu": 1}
    with pytest.raises(OptionError, match="finds 1 devices for cpu"):
        plugin.open(model, "cpu", Workload(1, 1, options={"device": "1"}))
