"""PyTorch in eager mode, for the bundled networks and others that `bench export` wrote."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.domain import Boundary, Model, Provider, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.interfaces import Tunable
from bench.runtimes.torch.session import GRAPH, TorchSession

if TYPE_CHECKING:
    import torch

INSTALL = "Install it with: pip install torch safetensors"
OPTIONS = ("channels_last", "cudnn_benchmark", GRAPH)

DEVICE = "device"  # the number of a GPU, from a target such as torch:cuda:1


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
                "torch on the CPU returns only when the work is done.",
                "Use --boundary host or device.",
            )
        _check(workload.options)
        on_device = provider != "cpu" and workload.boundary != "host"
        if workload.options.get(GRAPH) == "1" and not on_device:
            raise RuntimeUnavailable(
                "A captured CUDA graph reads and writes the same memory of a GPU at each call.",
                "Use --provider torch:cuda and --boundary device.",
            )
        torch.set_num_threads(workload.threads)
        if not workload.native:
            torch.set_float32_matmul_precision("highest")
            torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = workload.options.get("cudnn_benchmark") == "1"
        device = _device(provider, workload.options.get(DEVICE))
        module = _network(model).eval().to(device)
        if workload.options.get("channels_last") == "1":
            module = module.to(memory_format=torch.channels_last)
        return TorchSession(self.prepare(module), device, self.mode, workload)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> None:
        """A module is not compiled, or only by its first call."""

    def knobs(self, provider: str, boundary: Boundary) -> Mapping[str, Sequence[str]]:
        """Channels last in memory; on a GPU algorithms by trial, and captured calls."""
        if provider == "cpu":
            return {"channels_last": ("1",)}
        graph = {GRAPH: ("1",)} if boundary == "device" else {}
        return {"channels_last": ("1",), "cudnn_benchmark": ("1",), **graph}

    def snippet(self, path: str, provider: str, model: Model, workload: Workload) -> str:
        """A network is rebuilt from its class, which is no few lines."""
        return ""

    def prepare(self, module: "torch.nn.Module") -> "Callable[..., torch.Tensor]":
        """What is called: in eager mode, the module itself."""
        return module


def _check(options: Mapping[str, str]) -> None:
    """Raise OptionError for an option or a value that torch is not told."""
    for name, value in options.items():
        if name == DEVICE:
            continue
        if name not in OPTIONS:
            raise OptionError(
                f"torch has no option called '{name}'.", f"It has: {', '.join(OPTIONS)}."
            )
        if value not in ("0", "1"):
            raise OptionError(f"The option {name} cannot be '{value}'.", "Choose 0 or 1.")


def _device(provider: str, number: str | None) -> str:
    """What torch calls the device. Raises OptionError for one that is not there."""
    import torch

    if number is None:
        return provider
    count = torch.cuda.device_count() if provider == "cuda" else 1
    if not number.isdecimal() or len(number) > 8 or int(number) >= count:
        raise OptionError(
            f"torch finds {count} devices for {provider}, and number {number} is none of them.",
            "Count from 0.",
        )
    if provider == "cpu":
        return provider
    torch.cuda.set_device(int(number))  # what is waited for and captured is the current device
    return f"{provider}:{number}"


def _why_no_cuda() -> str | None:
    import torch

    if torch.cuda.is_available():
        return None
    if torch.version.cuda is None:
        build = f"torch {torch.__version__} is built without CUDA."
        return f"{build} Install one with CUDA: see pytorch.org/get-started."
    return "torch finds no CUDA device. Run on a machine with an NVIDIA GPU and driver."


def _network(model: Model) -> "torch.nn.Module":
    from safetensors.torch import load_file

    from train.networks import NETWORKS, build

    name = model.metadata.get("onnx-bench.network", "")
    weights = Path(model.path).with_suffix(".safetensors")
    if name not in NETWORKS or not weights.is_file():
        raise RuntimeUnavailable(
            f"torch cannot run {model.name}: it runs only networks that `bench export` wrote, with"
            " their weights beside them.",
            "Run other ONNX files with --provider cpu, or another of onnxruntime's.",
        )
    module = build(name)
    try:
        module.load_state_dict(load_file(weights))
    except Exception as error:  # safetensors and torch raise classes of their own
        raise ModelError(
            f"The weights {weights} cannot be loaded: {error}.",
            f"Write them again with `bench export {name}`.",
        ) from error
    return module


plugin: Tunable = TorchRuntime()
