"""Calls of a session whose tensors are in the memory of a device."""

import functools
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy

from bench.domain import Workload
from bench.errors import OptionError
from bench.runtimes.onnxruntime.values import from_ort_value, is_plain, to_ort_value

if TYPE_CHECKING:
    import onnxruntime

Inputs = Mapping[str, numpy.ndarray]
Shapes = Mapping[str, tuple[tuple[int, ...], numpy.dtype] | None]

NVIDIA = 0x10DE  # as PCI numbers vendors
NO_SYNCHRONISATION = "disable_synchronize_execution_providers"  # a key of run options
PARTS = 9  # calls of which the parts are the medians, after a first one


# Options of the providers cuda and tensorrt by which calls are captured and replayed.
GRAPHS = ("enable_cuda_graph", "trt_cuda_graph_enable")


@dataclass(frozen=True, slots=True)
class Memory:
    """A device's memory in onnxruntime's words: kind, number, and the vendor (-1: by its kind)."""

    kind: str
    number: int
    vendor: int = -1

    @property
    def device(self) -> Any:
        """The same for onnxruntime's own interface."""
        import onnxruntime

        made = onnxruntime.OrtDevice.make(self.kind, self.number, self.vendor)
        return made._get_c_device()


def memory_of(session: "onnxruntime.InferenceSession") -> Memory | None:
    """Where a session wants its inputs or leaves its outputs; None where all are the host's.

    The session is asked, never the provider's name: a plug-in may run on a device or on the CPU,
    and a session that fell back has no device.
    """
    import onnxruntime

    if not hasattr(session, "get_input_memory_infos"):  # before 1.23, which has no plug-ins
        card = session.get_provider_options().get("CUDAExecutionProvider")
        return Memory("cuda", int(card["device_id"])) if card else None
    host = onnxruntime.OrtHardwareDeviceType.CPU
    accessible = onnxruntime.OrtDeviceMemoryType.HOST_ACCESSIBLE
    # Built-in providers need not have a device for each input.
    inputs = zip_longest(session.get_input_memory_infos(), session.get_input_epdevices())
    outputs = ((info, None) for info in session.get_output_memory_infos())
    for info, place in (*inputs, *outputs):
        # WebGPU has memory of its own also where its adapter is software on the CPU.
        on_cpu = place and place.device.type == host and not info.name.startswith("WebGPU")
        on_host = info.name.lower().startswith("cpu") or on_cpu
        if on_host or info.device_mem_type == accessible:
            continue
        if info.device_vendor_id == NVIDIA or info.name.lower().startswith("cuda"):
            return Memory("cuda", info.device_id)
        return Memory("gpu", info.device_id, info.device_vendor_id)
    return None


def captures(options: Mapping[str, str]) -> bool:
    """Whether the provider is told to capture a call as a CUDA graph, and to replay it."""
    return any(options.get(name, "0").lower() in ("1", "true") for name in GRAPHS)


class DeviceCalls:
    """Binds inputs at the workload's boundary; `outputs` and `finish` are those of the latest."""

    def __init__(
        self,
        session: "onnxruntime.InferenceSession",
        names: Sequence[str],
        memory: Memory,
        workload: Workload,
    ) -> None:
        self._session = session
        self._names = names
        self._memory = memory
        self._workload = workload
        self._captures = captures(workload.options)
        self._resident: dict[str, onnxruntime.OrtValue] = {}
        self._binding: onnxruntime.IOBinding | None = None
        self._shapes: Shapes = {}
        self.outputs: Callable[[], Sequence[Any]] = tuple
        self.finish: Callable[[], object] = lambda: None

    def bind(self, inputs: Inputs) -> Callable[[], object]:
        """A call that is done when the workload's boundary says so."""
        if self._workload.boundary == "host":
            return self._across(inputs)
        return self._on_device(inputs)

    def parts(self, inputs: Inputs) -> Mapping[str, float]:
        """The copies there and back and the work between, each waited for: medians of calls."""
        taken = [self._parts_of_a_call(inputs) for _ in range(1 + PARTS)][1:]
        names = ("host_to_device", "compute", "device_to_host")
        return dict(zip(names, map(statistics.median, zip(*taken, strict=True)), strict=True))

    def _across(self, inputs: Inputs) -> Callable[[], object]:
        """Each call copies the inputs to the device and the outputs back, and waits for them.

        A binding would copy the inputs once, when they are bound. Of the calls that copy each time
        this one has the least of Python: 1 µs more than a row on the CPU has, `session.run` has 6.
        What numpy and onnxruntime allocate is pageable memory, as in most programs.
        """
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as state

        given = {name: to_ort_value(value) for name, value in inputs.items() if value is not None}
        feeds, fetches = state.OrtValueVector(), state.OrtValueVector()
        for value in given.values():
            feeds.push_back(value._ortvalue)
        host = [Memory("cpu", 0).device] * len(self._names)

        def outputs() -> list[Any]:
            assert given  # onnxruntime reads the arrays where they are: they must live so long
            return [from_ort_value(onnxruntime.OrtValue(value)) for value in fetches]

        self.outputs = outputs
        return functools.partial(
            self._session._sess.run_with_ortvaluevector,
            *(onnxruntime.RunOptions(), list(given), feeds, list(self._names), fetches, host),
        )

    def _on_device(self, inputs: Inputs) -> Callable[[], object]:
        """Tensors stay on the device; at the boundary `submit`, `finish` waits for the work."""
        import onnxruntime

        binding = self._filled(inputs)
        run_options = onnxruntime.RunOptions()
        run = self._session._sess.run_with_iobinding
        self.outputs = binding.copy_outputs_to_cpu
        if self._workload.boundary == "submit":
            run_options.add_run_config_entry(NO_SYNCHRONISATION, "1")
            self.finish = binding.synchronize_outputs
            return functools.partial(run, binding._iobinding, run_options)
        wait = binding.synchronize_outputs

        def call() -> None:
            run(binding._iobinding, run_options)
            wait()

        return call

    def _filled(self, inputs: Inputs) -> "onnxruntime.IOBinding":
        """The binding with `inputs`, at the addresses of those before them where they fit there.

        A captured CUDA graph reads and writes the addresses that it was captured with.
        """
        binding = self._binding
        shapes = _shapes(inputs)
        if binding is None or shapes != self._shapes or None in shapes.values():
            if binding is not None and self._captures:
                raise OptionError(
                    "A CUDA graph was captured for other shapes or types of inputs.",
                    "Leave enable_cuda_graph out.",
                )
            binding = self._binding = self._made(inputs)
            self._shapes = shapes
        for name, value in self._resident.items():
            value.update_inplace(inputs[name])
        binding.synchronize_inputs()
        return binding

    def _made(self, inputs: Inputs) -> "onnxruntime.IOBinding":
        """Inputs of numpy's own numbers are resident; others are copied when they are bound."""
        import onnxruntime

        memory = self._memory
        binding = self._session.io_binding()
        self._resident = {}
        for name, value in inputs.items():
            if is_plain(value):
                self._resident[name] = onnxruntime.OrtValue.ortvalue_from_shape_and_type(
                    value.shape, value.dtype, memory.kind, memory.number, memory.vendor
                )
                binding.bind_ortvalue_input(name, self._resident[name])
            elif value is not None:
                binding.bind_ortvalue_input(name, to_ort_value(value))
        for name in self._names:
            binding._iobinding.bind_output(name, memory.device)
        return binding

    def _parts_of_a_call(self, inputs: Inputs) -> tuple[float, float, float]:
        import onnxruntime

        started = time.perf_counter()
        binding = self._filled(inputs)
        copied = time.perf_counter()
        self._session.run_with_iobinding(binding, onnxruntime.RunOptions())
        binding.synchronize_outputs()
        computed = time.perf_counter()
        binding.copy_outputs_to_cpu()
        return copied - started, computed - copied, time.perf_counter() - computed


def _shapes(inputs: Inputs) -> Shapes:
    """Of each input shape and type; None for what is not resident."""
    return {
        name: (value.shape, value.dtype) if is_plain(value) else None
        for name, value in inputs.items()
    }
