"""OpenVINO by itself, without onnxruntime around it."""

import statistics
import time
from collections.abc import Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.domain import Boundary, Model, Provider, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.gist import gist
from bench.interfaces import Tunable
from bench.models.feed.dimensions import shape_of, sizes
from bench.runtimes.openvino.session import OpenvinoSession

if TYPE_CHECKING:
    import openvino

INSTALL = "Install it with: pip install openvino"
DEVICES = ("cpu", "gpu", "npu")
KNOBS = {
    "ENABLE_CPU_PINNING": ("YES", "NO"),
    "ENABLE_HYPER_THREADING": ("YES", "NO"),
    "CPU_DENORMALS_OPTIMIZATION": ("YES",),
}


class OpenvinoRuntime:
    """Models compiled for one of OpenVINO's devices, in fp32 unless asked otherwise."""

    def load(self) -> str:
        """Import openvino."""
        try:
            import openvino
        except ImportError as error:
            raise RuntimeUnavailable(f"openvino is not installed: {error}.", INSTALL) from error
        self._core = openvino.Core()
        return str(openvino.__version__).partition("-")[0]

    def providers(self) -> tuple[Provider, ...]:
        """cpu, gpu and npu, each usable where OpenVINO finds such a device."""
        return tuple(
            Provider(name, None if self._devices(name) else _absent(name).sentence())
            for name in DEVICES
        )

    def open(self, model: Model, provider: str, workload: Workload) -> OpenvinoSession:
        """Compile `model` for the shape of the workload's batch."""
        if provider not in DEVICES:
            raise RuntimeUnavailable(
                f"openvino has no provider called '{provider}' here.",
                f"Choose one of: {', '.join(DEVICES)}.",
            )
        device = self._device(provider, workload)
        if workload.boundary == "submit":
            raise RuntimeUnavailable(
                "openvino's calls always wait for their work.",
                "Use --boundary host or device.",
            )
        if workload.boundary == "device" and provider != "cpu":
            raise RuntimeUnavailable(
                f"openvino:{provider} is measured with tensors in host memory alone.",
                "Use --boundary host.",
            )
        properties = self._properties(device, workload)

        def compile(further: Mapping[str, str]) -> "openvino.CompiledModel":
            return self._compile(model, device, workload, {**properties, **further})

        try:
            return OpenvinoSession(compile({}), compile, workload)
        except Exception as error:  # OpenVINO raises RuntimeError for everything
            raise ModelError(
                f"openvino cannot open {model.name}: {gist(error)}.",
                f"Run `check-model {model.path}`, which onnx installs, and check each --option.",
            ) from error

    def knobs(self, provider: str, boundary: Boundary) -> Mapping[str, Sequence[str]]:
        """Where its threads run, and denormals; what else there is serves many calls at once.

        The boundary changes nothing.
        """
        return KNOBS if provider == "cpu" else {}

    def snippet(self, path: str, provider: str, model: Model, workload: Workload) -> str:
        """A model compiled for the shapes of the workload."""
        options = {key: value for key, value in workload.options.items() if key != "device"}
        properties = {**_asked(provider.upper(), workload), **options}
        number = workload.options.get("device")
        device = provider.upper() + (f".{number}" if number else "")
        known = sizes(model, workload.batch, workload.dims)
        shapes = {tensor.name: list(shape_of(tensor, known)) for tensor in model.inputs}
        return (
            "import openvino\n\n"
            "core = openvino.Core()\n"
            f"model = core.read_model({path!r})\n"
            f"model.reshape({shapes!r})\n"
            f"compiled = core.compile_model(model, {device!r}, {properties!r})\n"
        )

    def cached_load(self, model: Model, provider: str, workload: Workload) -> float | None:
        """Median seconds of three compilations after one that filled the cache."""
        device = self._device(provider, workload)
        with TemporaryDirectory() as folder:
            properties = {**self._properties(device, workload), "CACHE_DIR": folder}
            taken = []
            for _ in range(4):
                started = time.perf_counter()
                self._compile(model, device, workload, properties)
                taken.append(time.perf_counter() - started)
        return statistics.median(taken[1:])

    def _compile(
        self, model: Model, device: str, workload: Workload, properties: Mapping[str, str]
    ) -> "openvino.CompiledModel":
        """`model` for inputs of the sizes that it is fed; OpenVINO raises RuntimeError."""
        import openvino

        known = sizes(model, workload.batch, workload.dims)
        wanted = {tensor.name: shape_of(tensor, known) for tensor in model.inputs}
        network = self._core.read_model(model.path)
        network.reshape(
            {
                port: openvino.PartialShape(list(wanted[port.any_name]))
                for port in network.inputs
                if port.any_name in wanted and port.get_partial_shape().rank.is_static
            }
        )
        return self._core.compile_model(network, device, dict(properties))

    def _devices(self, provider: str) -> list[str]:
        """OpenVINO's names of the devices of that kind, such as GPU, or GPU.0 and GPU.1."""
        return [
            device
            for device in self._core.available_devices
            if device.partition(".")[0].lower() == provider
        ]

    def _device(self, provider: str, workload: Workload) -> str:
        """The device of the target, by its number, or the first. Raises RuntimeUnavailable."""
        there = self._devices(provider)
        number = workload.options.get("device")
        named = [device for device in there if number in (None, device.partition(".")[2] or "0")]
        if not named:
            raise _absent(provider if number is None else f"{provider}:{number}")
        return named[0]

    def _properties(self, device: str, workload: Workload) -> dict[str, str]:
        """What the workload asks for. Raises OptionError for what the device cannot be told."""
        known = self._core.get_property(device, "SUPPORTED_PROPERTIES")
        writable = [name for name, access in known.items() if access == "RW"]
        options = {key: value for key, value in workload.options.items() if key != "device"}
        for name in options:
            if name not in writable:
                raise OptionError(
                    f"openvino's device {device} has no property called '{name}' that can be set.",
                    f"It has: {', '.join(sorted(writable))}.",
                )
        return {**_asked(device, workload), **options}


def _asked(device: str, workload: Workload) -> dict[str, str]:
    """The properties that a workload means, without its options."""
    chosen = {"PERFORMANCE_HINT": "LATENCY"}
    if not workload.native:
        chosen["INFERENCE_PRECISION_HINT"] = "f32"
    if device == "CPU":
        chosen |= {"INFERENCE_NUM_THREADS": str(workload.threads), "NUM_STREAMS": "1"}
    return chosen


def _absent(provider: str) -> RuntimeUnavailable:
    return RuntimeUnavailable(
        f"OpenVINO finds no device of the kind '{provider}' here.",
        "Install Intel's driver for it, or use --provider openvino:cpu.",
    )


plugin: Tunable = OpenvinoRuntime()
