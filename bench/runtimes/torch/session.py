"""A PyTorch module on one device, called at the boundary of the workload."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy

from bench.domain import Profile, Ran, Workload
from bench.host import cuda_libraries
from bench.runtimes.torch.graph import CapturedCall, capture

if TYPE_CHECKING:
    import torch

GRAPH = "cuda_graph"  # the option by which a call is captured and replayed
PARTS = 9  # calls of which the parts are the medians, after a first one


class TorchSession:
    """A module in evaluation mode on one device, called at the boundary of the workload."""

    def __init__(
        self, module: "Callable[..., torch.Tensor]", device: str, mode: str, workload: Workload
    ) -> None:
        self._module = module
        self._device = device
        self._mode = mode
        self._workload = workload
        self._latest: torch.Tensor | None = None
        self._captured: CapturedCall | None = None

    def ran(self) -> Ran:
        """Where the parameters are, and the global flags that change numbers."""
        import torch

        asked = self._workload.options
        exact = self._device == "cpu" or not torch.backends.cudnn.allow_tf32
        highest = torch.get_float32_matmul_precision() == "highest"
        return Ran(
            providers={self._device: 1},
            options={
                "mode": self._mode,
                "float32_matmul_precision": torch.get_float32_matmul_precision(),
                "cudnn.allow_tf32": str(torch.backends.cudnn.allow_tf32),
                "cudnn_benchmark": str(int(torch.backends.cudnn.benchmark)),
                **{name: asked.get(name, "0") for name in ("channels_last", GRAPH)},
                **(cuda_libraries.loaded(self._number()) if self._device != "cpu" else {}),
            },
            runtime_version=torch.__version__,
            threads=torch.get_num_threads(),
            precision="fp32" if exact and highest else "tf32",
        )

    def _number(self) -> int:
        import torch

        return torch.device(self._device).index or 0

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """A call that is done when the workload's boundary says so."""
        import torch

        (array,) = inputs.values()
        self._input = torch.from_numpy(numpy.ascontiguousarray(array))
        if self._workload.options.get("channels_last") == "1":
            self._input = self._input.to(memory_format=torch.channels_last)
        if self._workload.boundary == "host":
            return self._call_in_host_memory
        if self._workload.options.get(GRAPH) == "1":
            return self._bind_captured()
        self._resident = self._input.to(self._device)
        return self._submit if self._workload.boundary == "submit" else self._call_on_device

    def _bind_captured(self) -> Callable[[], object]:
        """A replay of what was captured; the input is copied to where it reads.

        The first call captures, as that of onnxruntime does, so that its time is that of both.
        """
        import torch

        replay: Callable[[], None] | None = None
        if self._captured and self._captured.fits(self._input):
            with torch.inference_mode():
                self._captured.resident.copy_(self._input)
            replay = self._captured.replay
        else:
            self._captured = None
            self._resident = self._input.to(self._device, copy=True)

        def submit() -> None:
            nonlocal replay
            if replay is None:
                replay = self._capture()
            replay()

        def call() -> None:
            nonlocal replay
            if replay is None:
                replay = self._capture()
            replay()
            self.finish()

        return submit if self._workload.boundary == "submit" else call

    def _capture(self) -> Callable[[], None]:
        """Capture a call, and return what does it again."""
        import torch

        with torch.inference_mode():
            self._captured = CapturedCall(self._module, self._resident, capture)
        self._latest = self._captured.output
        return self._captured.replay

    def _call_in_host_memory(self) -> None:
        """Copies the input to the device and the output back, which waits for the work."""
        import torch

        with torch.inference_mode():
            self._latest = self._module(self._input.to(self._device)).cpu()

    def _call_on_device(self) -> None:
        """The input and the output stay on the device; the work is waited for."""
        self._submit()
        self.finish()

    def _submit(self) -> None:
        """Puts the work on the device's queue."""
        import torch

        with torch.inference_mode():
            self._latest = self._module(self._resident)

    def finish(self) -> None:
        """Wait until the device has done all that it was given."""
        if self._device != "cpu":
            import torch

            torch.cuda.synchronize()

    def outputs(self) -> Sequence[numpy.ndarray]:
        """The output of the latest call, in host memory."""
        return () if self._latest is None else (self._latest.cpu().numpy(),)

    def parts(self) -> Mapping[str, float]:
        """Copies and work of calls between CUDA events, which tick in milliseconds: medians."""
        if self._device == "cpu":
            return {}
        taken = [self._parts_of_a_call() for _ in range(1 + PARTS)][1:]
        names = ("host_to_device", "compute", "device_to_host")
        medians = map(statistics.median, zip(*taken, strict=True))
        return dict(zip(names, medians, strict=True))

    def _parts_of_a_call(self) -> list[float]:
        import torch

        captured = self._captured
        events = [torch.cuda.Event(enable_timing=True) for _ in range(4)]
        with torch.inference_mode():
            events[0].record()
            if captured:
                resident = captured.resident.copy_(self._input)
            else:
                resident = self._input.to(self._device)
            events[1].record()
            output = captured.answer() if captured else self._module(resident)
            events[2].record()
            output.cpu()
            events[3].record()
        torch.cuda.synchronize()
        return [before.elapsed_time(after) * 1e-3 for before, after in pairwise(events)]

    def profile(self) -> Profile | None:
        """A module is on one device; there is no placement to show."""
        return None

    def trace(self, calls: int) -> None:
        """Its kernels are those of the module's own operators, not of the file's."""
