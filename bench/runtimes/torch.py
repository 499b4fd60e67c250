"""PyTorch in eager mode, for the bundled networks and others that `bench export` wrote."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy

from bench.domain import Model, Profile, Provider, Ran, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.interfaces import Runtime

if TYPE_CHECKING:
    import torch

INSTALL = "Install it with: pip install torch safetensors"
OPTIONS = ("channels_last", "cudnn_benchmark")


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

    def ran(self) -> Ran:
        """Where the parameters are, and the global flags that change numbers."""
        import torch

        exact = self._device == "cpu" or not torch.backends.cudnn.allow_tf32
        highest = torch.get_float32_matmul_precision() == "highest"
        return Ran(
            providers={self._device: 1},
            options={
                "mode": self._mode,
                "float32_matmul_precision": torch.get_float32_matmul_precision(),
                "cudnn.allow_tf32": str(torch.backends.cudnn.allow_tf32),
                "cudnn_benchmark": str(int(torch.backends.cudnn.benchmark)),
                "channels_last": self._workload.options.get("channels_last", "0"),
            },
            runtime_version=torch.__version__,
            threads=torch.get_num_threads(),
            precision="fp32" if exact and highest else "tf32",
        )

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """A call that is done when the workload's boundary says so."""
        import torch

        (array,) = inputs.values()
        self._input = torch.from_numpy(numpy.ascontiguousarray(array))
        if self._workload.options.get("channels_last") == "1":
            self._input = self._input.to(memory_format=torch.channels_last)
        if self._workload.boundary == "host":
            return self._call_in_host_memory
        self._resident = self._input.to(self._device)
        return self._submit if self._workload.boundary == "submit" else self._call_on_device

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
        if self._device == "cuda":
            import torch

            torch.cuda.synchronize()

    def outputs(self) -> Sequence[numpy.ndarray]:
        """The output of the latest call, in host memory."""
        return () if self._latest is None else (self._latest.cpu().numpy(),)

    def parts(self) -> Mapping[str, float]:
        """Copies and work of one call between CUDA events, which tick in milliseconds."""
        if self._device != "cuda":
            return {}
        import torch

        # torch does not type its events.
        events = [torch.cuda.Event(enable_timing=True) for _ in range(4)]  # type: ignore[no-untyped-call]
        with torch.inference_mode():
            events[0].record()
            resident = self._input.to(self._device)
            events[1].record()
            output = self._module(resident)
            events[2].record()
            output.cpu()
            events[3].record()
        torch.cuda.synchronize()
        names = ("host_to_device", "compute", "device_to_host")
        return {
            name: before.elapsed_time(after) * 1e-3
            for name, (before, after) in zip(names, pairwise(events), strict=True)
        }

    def profile(self) -> Profile | None:
        """A module is on one device; there is no placement to show."""
        return None

    def trace(self, calls: int) -> None:
        """Its kernels are those of the module's own operators, not of the file's."""


class TorchRuntime:
    """Opens the PyTorch module from which an ONNX file was exported."""

    mode = "eager"

    def load(self) -> str:
        """Import torch."""
        try:
            import torch
        except ImportError as error:
            raise RuntimeUnavailable(f"torch is not installed: {error}.", INSTALL) from error
        return torch.__version__

    def providers(self) -> tuple[Provider, ...]:
        """cpu, and cuda where torch finds a device."""
        return Provider("cpu"), Provider("cuda", _why_no_cuda())

    def open(self, model: Model, provider: str, workload: Workload) -> TorchSession:
        """Build the network that the file names and load the weights saved beside it."""
        import torch

        if provider not in ("cpu", "cuda"):
            raise RuntimeUnavailable(
                f"torch has no provider called '{provider}' here.", "Choose one of: cpu, cuda."
            )
        reason = _why_no_cuda() if provider == "cuda" else None
        if reason:
            raise RuntimeUnavailable(reason)
        if workload.boundary == "submit" and provider == "cpu":
            raise RuntimeUnavailable(
                "torch on the CPU only returns when all is computed.",
                "Use --boundary host or device.",
            )
        _check(workload.options)
        torch.set_num_threads(workload.threads)
        if not workload.native:
            torch.set_float32_matmul_precision("highest")
            torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = workload.options.get("cudnn_benchmark") == "1"
        module = _network(model).eval().to(provider)
        if workload.options.get("channels_last") == "1":
            module = module.to(memory_format=torch.channels_last)
        return TorchSession(self.prepare(module), provider, self.mode, workload)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> None:
        """A module is not compiled, or only by its first call."""

    def prepare(self, module: "torch.nn.Module") -> "Callable[..., torch.Tensor]":
        """What is called: in eager mode, the module itself."""
        return module


def _check(options: Mapping[str, str]) -> None:
    """Raise OptionError for an option or a value that torch is not told."""
    for name, value in options.items():
        if name not in OPTIONS:
            raise OptionError(
                f"torch has no option called '{name}'.", f"It has: {', '.join(OPTIONS)}."
            )
        if value not in ("0", "1"):
            raise OptionError(f"The option {name} cannot be '{value}'.", "Choose 0 or 1.")


def _why_no_cuda() -> str | None:
    import torch

    if torch.cuda.is_available():
        return None
    if torch.version.cuda is None:
        return f"torch {torch.__version__} is built without CUDA. {INSTALL} from a CUDA index."
    return "torch finds no CUDA device. Run on a machine with an NVIDIA GPU and driver."


def _network(model: Model) -> "torch.nn.Module":
    from safetensors.torch import load_file

    from train.networks import NETWORKS, build

    name = model.metadata.get("onnx-bench.network", "")
    weights = Path(model.path).with_suffix(".safetensors")
    if name not in NETWORKS or not weights.is_file():
        raise RuntimeUnavailable(
            f"torch cannot run {model.name}: it runs networks that `bench export` wrote, with"
            " their weights beside them.",
            "Use an onnxruntime provider for other ONNX files.",
        )
    module = build(name)
    try:
        module.load_state_dict(load_file(weights))
    except Exception as error:  # safetensors and torch raise classes of their own
        raise ModelError(
            f"The weights {weights} cannot be loaded: {error}.",
            f"Write them anew with `bench export {name}`.",
        ) from error
    return module


plugin: Runtime = TorchRuntime()
