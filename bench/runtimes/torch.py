"""PyTorch in eager mode, for the bundled networks and others that `bench export` wrote."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy

from bench.domain import Model, Provider, Ran, Workload
from bench.errors import ModelError, RuntimeUnavailable

if TYPE_CHECKING:
    import torch

INSTALL = "Install it with: pip install torch safetensors"


class TorchSession:
    """A module in evaluation mode on one device."""

    def __init__(self, module: "Callable[..., torch.Tensor]", device: str, mode: str) -> None:
        self._module = module
        self._device = device
        self._mode = mode
        self._latest: numpy.ndarray | None = None

    def ran(self) -> Ran:
        """Where the parameters are, and the global flags that change numbers."""
        import torch

        return Ran(
            providers={self._device: 1},
            options={
                "mode": self._mode,
                "float32_matmul_precision": torch.get_float32_matmul_precision(),
                "cudnn.allow_tf32": str(torch.backends.cudnn.allow_tf32),
            },
            runtime_version=torch.__version__,
            threads=torch.get_num_threads(),
            precision="fp32",
        )

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """A call copies the input to the device and the output back, which waits for the work."""
        import torch

        (array,) = inputs.values()
        tensor = torch.from_numpy(numpy.ascontiguousarray(array))

        def call() -> None:
            with torch.inference_mode():
                self._latest = self._module(tensor.to(self._device)).cpu().numpy()

        return call

    def outputs(self) -> Sequence[numpy.ndarray]:
        """The output of the latest call, in host memory."""
        return () if self._latest is None else (self._latest,)


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
        torch.set_num_threads(workload.threads)
        torch.set_float32_matmul_precision("highest")  # fp32 means fp32
        torch.backends.cudnn.allow_tf32 = False
        module = self.prepare(_network(model).eval().to(provider))
        return TorchSession(module, provider, self.mode)

    def prepare(self, module: "torch.nn.Module") -> "Callable[..., torch.Tensor]":
        """What is called: in eager mode, the module itself."""
        return module


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


plugin = TorchRuntime()
