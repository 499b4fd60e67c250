"""A compiled model of OpenVINO, called with inputs that are bound once."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy

from bench.domain import Kernel, Profile, Ran, Trace, Workload

if TYPE_CHECKING:
    import openvino

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
        """Layers of the model compiled again with counters, whose calls take turns with plain ones.

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
        means = {name: statistics.fmean(times[1:]) for name, times in taken.items()}
        return Trace(kernels, traced=means["traced"], plain=means["plain"])


def _text(value: object) -> str:
    """An entry of a runtime information map, which some releases wrap."""
    return str(getattr(value, "value", value))
