"""OpenVINO by itself, without onnxruntime around it."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy

from bench.domain import Kernel, Model, Profile, Provider, Ran, Trace, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable, gist
from bench.interfaces import Runtime
from bench.models.feed.dimensions import shape_of, sizes

if TYPE_CHECKING:
    import openvino

INSTALL = "Install it with: pip install openvino"
DEVICES = ("cpu", "gpu", "npu")
# Properties that are read back from the compiled model, beside those that were asked for.
TOLD = ("PERFORMANCE_HINT", "INFERENCE_PRECISION_HINT", "INFERENCE_NUM_THREADS", "NUM_STREAMS")
PRECISIONS = {"f32": "fp32", "f16": "fp16", "bf16": "bf16"}
CONSTANTS = ("Const", "Input", "Output")  # layers that compute nothing

Compile = Callable[[Mapping[str, str]], "openvino.CompiledModel"]


class OpenvinoSession:
    """A compiled model with one request, whose inputs are bound once."""

    def __init__(
        self, compiled: "openvino.CompiledModel", compile: "Compile", workload: Workload
    ) -> None:
        """`compile` compiles the same model again with further properties."""
        self._compiled = compiled
        self._compile = compile
        self._workload = workload
        self._request = compiled.create_infer_request()
        self._outputs = len(compiled.outputs)

    def ran(self) -> Ran:
        """Layers by device and the properties as the compiled model holds them."""
        import openvino

        held = self._compiled.get_property("SUPPORTED_PROPERTIES")
        asked = (*TOLD, *self._workload.options)
        options = {name: self._told(name) for name in dict.fromkeys(asked) if name in held}
        devices = self._compiled.get_property("EXECUTION_DEVICES")
        layers = Counter(
            layer
            for operation in self._compiled.get_runtime_model().get_ordered_ops()
            if (layer := _text(operation.get_rt_info()["layerType"])) not in CONSTANTS
        )
        precision = options.get("INFERENCE_PRECISION_HINT", "")
        return Ran(
            providers={",".join(devices): sum(layers.values())},
            options=options,
            runtime_version=openvino.__version__.partition("-")[0],
            threads=int(options.get("INFERENCE_NUM_THREADS", self._workload.threads)),
            precision=PRECISIONS.get(precision, precision or "native"),
            operators=dict(layers),
        )

    def _told(self, name: str) -> str:
        import openvino

        value = self._compiled.get_property(name)
        return value.to_string() if isinstance(value, openvino.Type) else str(value)

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """Inputs share their memory with the request; a call starts it and waits for its end."""
        import openvino

        self._bound = {name: numpy.ascontiguousarray(array) for name, array in inputs.items()}
        for name, array in self._bound.items():
            self._request.set_tensor(name, openvino.Tensor(array, shared_memory=True))
        start, wait = self._request.start_async, self._request.wait

        def call() -> None:
            start(share_inputs=True)  # without a copy of the outputs, which `infer` makes
            wait()

        return call

    def outputs(self) -> Sequence[numpy.ndarray]:
        """The outputs of the latest call, copied, since the request reuses their memory."""
        tensors = (self._request.get_output_tensor(index) for index in range(self._outputs))
        return [numpy.array(tensor.data) for tensor in tensors]

    def finish(self) -> None:
        """A call waits for its work."""

    def parts(self) -> Mapping[str, float]:
        """Not told by OpenVINO."""
        return {}

    def profile(self) -> Profile | None:
        """All time belongs to the one device."""
        return None

    def trace(self, calls: int) -> Trace:
        """Layers of the model compiled anew with counters, whose calls take turns with plain ones.

        OpenVINO does not tell how many bytes a layer moves.
        """
        traced = OpenvinoSession(
            self._compile({"PERF_COUNT": "YES"}), self._compile, self._workload
        )
        ways = {"traced": traced.bind(self._bound), "plain": self.bind(self._bound)}
        taken: dict[str, list[float]] = {name: [] for name in ways}
        seconds: Counter[str] = Counter()
        kinds: dict[str, str] = {}
        for number in range(1 + calls):
            for name, call in ways.items():
                started = time.perf_counter()
                call()
                taken[name].append(time.perf_counter() - started)
            for layer in traced._request.profiling_info if number else ():
                if layer.node_type not in CONSTANTS and layer.real_time.total_seconds():
                    seconds[layer.node_name] += layer.real_time.total_seconds() / calls
                    kinds[layer.node_name] = layer.node_type
        device = ",".join(self._compiled.get_property("EXECUTION_DEVICES"))
        kernels = [
            Kernel(name, kinds[name], device, spent, None) for name, spent in seconds.items()
        ]
        return Trace(kernels, *(statistics.median(times[1:]) for times in taken.values()))


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
            Provider(name, None if self._device(name) else _absent(name).sentence())
            for name in DEVICES
        )

    def open(self, model: Model, provider: str, workload: Workload) -> OpenvinoSession:
        """Compile `model` for the shape of the workload's batch."""
        if provider not in DEVICES:
            raise RuntimeUnavailable(
                f"openvino has no provider called '{provider}' here.",
                f"Choose one of: {', '.join(DEVICES)}.",
            )
        device = self._device(provider)
        if not device:
            raise _absent(provider)
        if workload.boundary == "submit":
            raise RuntimeUnavailable(
                "openvino is measured with calls that wait for their work.",
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
                "Check the model with `check-model`, which onnx installs, and the options.",
            ) from error

    def cached_load(self, model: Model, provider: str, workload: Workload) -> float | None:
        """Median seconds of three compilations after one that filled the cache."""
        device = self._device(provider)
        if not device:
            raise _absent(provider)
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

    def _device(self, provider: str) -> str | None:
        """OpenVINO's name of the first device of that kind, such as GPU or GPU.0."""
        fitting = (
            device
            for device in self._core.available_devices
            if device.partition(".")[0].lower() == provider
        )
        return next(fitting, None)

    def _properties(self, device: str, workload: Workload) -> dict[str, str]:
        """What the workload asks for. Raises OptionError for what the device cannot be told."""
        known = self._core.get_property(device, "SUPPORTED_PROPERTIES")
        writable = [name for name, access in known.items() if access == "RW"]
        for name in workload.options:
            if name not in writable:
                raise OptionError(
                    f"openvino's device {device} has no property called '{name}' that can be set.",
                    f"It has: {', '.join(sorted(writable))}.",
                )
        chosen = {"PERFORMANCE_HINT": "LATENCY"}
        if not workload.native:
            chosen["INFERENCE_PRECISION_HINT"] = "f32"
        if device == "CPU":
            chosen |= {"INFERENCE_NUM_THREADS": str(workload.threads), "NUM_STREAMS": "1"}
        return {**chosen, **workload.options}


def _absent(provider: str) -> RuntimeUnavailable:
    return RuntimeUnavailable(
        f"OpenVINO finds no device of the kind '{provider}' here.",
        "Install Intel's driver for it, or use openvino:cpu.",
    )


def _text(value: object) -> str:
    """An entry of a runtime information map, which some releases wrap."""
    return str(getattr(value, "value", value))


plugin: Runtime = OpenvinoRuntime()
