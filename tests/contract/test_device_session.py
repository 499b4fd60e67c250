"""Calls on a device, tried on the CPU: its memory stands for that of a device."""

from types import SimpleNamespace

import contract
import numpy
import onnx_models
import pytest

from bench.domain import Model, Workload
from bench.errors import OptionError, RuntimeUnavailable

onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from bench.runtimes.onnxruntime import device, options, plugin, session  # noqa: E402
from bench.runtimes.onnxruntime.device import Memory, memory_of  # noqa: E402

BOUNDARIES = ("host", "device", "submit")


def feed(seed, batch=2):
    x = numpy.random.default_rng(seed).standard_normal((batch, 3)).astype("float32")
    return {"x": x}, (onnx_models.linear_reference(x),)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Opens a model whose session says that its tensors are on a device."""
    plugin.load()
    monkeypatch.setattr(session, "memory_of", lambda opened: Memory("cpu", 0))
    model = Model("m", str(onnx_models.linear(tmp_path / "m.onnx")))
    return lambda boundary: plugin.open(model, "cpu", Workload(2, 1, boundary))


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_each_boundary_computes_what_it_is_fed(opened, boundary):
    on_device = opened(boundary)
    contract.check_not_stale(on_device, feed(1), feed(2))
    contract.check_inputs_kept(on_device, feed(3)[0])
    contract.check_right(on_device, *feed(4, batch=5))
    contract.check_right(on_device, *feed(5))


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_parts_are_told_and_leave_the_outputs_right(opened, boundary):
    on_device = opened(boundary)
    inputs, expected = feed(1)
    on_device.bind(inputs)()
    parts = on_device.parts()
    assert list(parts) == ["host_to_device", "compute", "device_to_host"]
    assert all(seconds > 0 for seconds in parts.values())
    contract.check_latest(on_device, expected)


def test_a_call_from_host_memory_says_which_kind(opened):
    assert opened("host").ran().options["host_memory"] == "pageable"
    assert "host_memory" not in opened("device").ran().options


def test_arrays_that_nobody_else_keeps_are_read_all_the_same(opened):
    on_device = opened("host")
    call = on_device.bind({"x": feed(1)[0]["x"] * 2})
    numpy.random.default_rng(9).standard_normal((10_000, 3))  # takes memory that is free
    call()
    contract.check_latest(on_device, (onnx_models.linear_reference(feed(1)[0]["x"] * 2),))


class Captured:
    """A session that replays the binding of its first call, whatever it is given afterwards."""

    def __init__(self, real):
        self._real, self._captured = real, None
        self._sess = self

    def __getattr__(self, name):
        return getattr(self._real, name)

    def run_with_iobinding(self, binding, run_options):
        binding = getattr(binding, "_iobinding", binding)
        self._captured = self._captured or binding
        self._real._sess.run_with_iobinding(self._captured, run_options)


@pytest.fixture
def captured(opened):
    """Calls on a device that captures a CUDA graph."""
    real = opened("device")._session
    workload = Workload(2, 1, "device", options={"enable_cuda_graph": "1"})
    return device.DeviceCalls(Captured(real), ["y"], Memory("cpu", 0), workload)


def test_a_captured_graph_reads_the_inputs_that_it_is_given_later(captured):
    for seed in (1, 2, 1):
        inputs, expected = feed(seed)
        captured.bind(inputs)()
        contract.check_latest(captured, expected)
    captured.parts(feed(3)[0])
    contract.check_latest(captured, feed(3)[1])


def test_a_captured_graph_refuses_other_shapes(captured):
    captured.bind(feed(1)[0])()
    with pytest.raises(OptionError, match="captured for other shapes"):
        captured.bind(feed(1, batch=5)[0])


def test_a_graph_is_refused_at_the_host(tmp_path):
    workload = Workload(2, 1, options={"enable_cuda_graph": "1"})
    with pytest.raises(RuntimeUnavailable, match="the boundary host copies") as caught:
        plugin.open(Model("m", str(onnx_models.linear(tmp_path / "m.onnx"))), "cuda", workload)
    assert caught.value.hint == "Use --boundary device."


def info(name, vendor=0, number=0, accessible=False):
    kinds = onnxruntime.OrtDeviceMemoryType
    kind = kinds.HOST_ACCESSIBLE if accessible else kinds.DEFAULT
    return SimpleNamespace(
        name=name, device_vendor_id=vendor, device_id=number, device_mem_type=kind
    )


def place(kind):
    return SimpleNamespace(
        device=SimpleNamespace(type=getattr(onnxruntime.OrtHardwareDeviceType, kind))
    )


@pytest.mark.parametrize(
    ("inputs", "places", "outputs", "memory"),
    [
        ([info("Cpu")], [place("CPU")], [info("Cpu")], None),
        ([info("OpenVINO_CPU")], [place("CPU")], [info("Cpu")], None),
        ([info("CudaPinned", device.NVIDIA, accessible=True)], [None], [info("Cpu")], None),
        ([info("Cuda", device.NVIDIA, 1)], [None], [], Memory("cuda", 1)),
        ([info("Cuda")], [], [], Memory("cuda", 0)),
        ([info("Cpu")], [None], [info("Cuda", device.NVIDIA)], Memory("cuda", 0)),
        ([info("Other", 0x8086)], [place("GPU")], [], Memory("gpu", 0, 0x8086)),
    ],
)
def test_the_session_says_where_its_tensors_are(inputs, places, outputs, memory):
    told = SimpleNamespace(
        get_input_memory_infos=lambda: inputs,
        get_input_epdevices=lambda: places,
        get_output_memory_infos=lambda: outputs,
    )
    assert memory_of(told) == memory


@pytest.mark.parametrize(
    ("precision", "told"),
    [("fp32", {"use_tf32": "0"}), ("int8", {"use_tf32": "0"}), ("fp16", {}), ("native", {})],
)
def test_only_what_is_float32_is_kept_from_tensor_cores(precision, told):
    workload = Workload(1, 1, precision=precision)
    assert options.provider_options("cuda", Model("m", ""), workload) == told
    own = Workload(1, 1, precision=precision, options={"use_tf32": "1"})
    assert options.provider_options("cuda", Model("m", ""), own) == {"use_tf32": "1"}
