"""An InferenceSession whose calls are bound once, at the boundary of the workload."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy

from bench.domain import Profile, Ran, Timed, Trace, Workload
from bench.host import cuda_libraries
from bench.runtimes.onnxruntime import declared, options, profile, vulkan
from bench.runtimes.onnxruntime.device import DeviceCalls, captures, memory_of
from bench.runtimes.onnxruntime.placed import placed
from bench.runtimes.onnxruntime.providers import BUILT_IN
from bench.runtimes.onnxruntime.values import can_be_run, is_plain, outputs_of, to_ort_value

if TYPE_CHECKING:
    import onnxruntime

BOUND = "io_binding"
WEBGPU = "WebGpuExecutionProvider"
Inputs = Mapping[str, numpy.ndarray]
Open = Callable[["onnxruntime.SessionOptions"], "onnxruntime.InferenceSession"]


class OnnxruntimeSession:
    """A model opened by `open_session`, which can open it again for a profile.

    `provider` is its short name, `expected` what onnxruntime calls it.
    """

    def __init__(
        self, open_session: Open, provider: str, expected: str, workload: Workload
    ) -> None:
        self._open_session = open_session
        self._session = open_session(options.session_options(workload))
        self._session.disable_fallback()  # run() would otherwise open another session when it fails
        self._provider = provider
        self._expected = expected
        self._workload = workload
        self._names = [output.name for output in self._session.get_outputs()]
        memory = memory_of(self._session)
        self._device = DeviceCalls(self._session, self._names, memory, workload) if memory else None
        self._inputs: Inputs = {}
        self._outputs: Callable[[], Sequence[numpy.ndarray]] = tuple
        self.finish: Callable[[], object] = lambda: None
        self._misdeclared: str | None = None
        self._called = ""  # by which of onnxruntime's ways, once inputs are bound

    def ran(self) -> Ran:
        """Nodes by provider as onnxruntime placed them, and its options as it holds them."""
        import onnxruntime

        nodes = placed(self._session, self._expected, self._events)
        held = self._session.get_session_options()
        return Ran(
            providers=dict(nodes.providers),
            options={
                **options.read_back(held, self._workload.options),
                **self.provider_options(),
                **({"call": self._called} if self._called else {}),
                **({"outputs": self._misdeclared} if self._misdeclared else {}),
                **(self._on_device() if self._device else {}),
            },
            runtime_version=onnxruntime.__version__,
            threads=held.intra_op_num_threads,
            precision=self._precision(nodes.providers),
            operators=dict(nodes.operators),
            expected=self._expected,
            elsewhere=tuple(nodes.elsewhere),
        )

    def active(self) -> Sequence[str]:
        """The providers that the session holds, in onnxruntime's words."""
        return list(self._session.get_providers())

    def provider_options(self) -> dict[str, str]:
        """The provider's options as the session holds them."""
        return dict(self._session.get_provider_options().get(self._expected, {}))

    @property
    def on_device(self) -> bool:
        """Whether tensors are in the memory of a device."""
        return self._device is not None

    def _on_device(self) -> dict[str, str]:
        """Which device and libraries compute, and from where a call at this boundary copies."""
        if self._expected == WEBGPU:
            return vulkan.used(vulkan.adapters())
        copied = {"host_memory": "pageable"} if self._workload.boundary == "host" else {}
        number = int(self.provider_options().get("device_id", "0"))
        return {**copied, **cuda_libraries.loaded(number)}

    def _precision(self, placed: Mapping[str, int]) -> str:
        """fp32 where the providers cannot compute in less, or options say that they do not."""
        held = self.provider_options()
        if set(placed) <= {BUILT_IN["cpu"]} or held.get("use_tf32") == "0":
            return "fp32"
        if self._workload.precision == "fp16":
            return "fp16"  # what stays in float32 may be computed in TF32
        if '"INFERENCE_PRECISION_HINT": "f32"' in held.get("load_config", ""):
            return "fp32"
        return "native"

    # Asking a session what its inputs are takes longer than to bind them, and each batch of a data
    # set is bound.
    @functools.cached_property
    def _unsure(self) -> Sequence[declared.Shape] | None:
        """The declared shapes of the outputs where these may be wrong, else None."""
        takes = [each.shape for each in self._session.get_inputs()]
        gives = [each.shape for each in self._session.get_outputs()]
        return gives if declared.may_be_wrong(takes, gives) else None

    @functools.cached_property
    def _optional(self) -> frozenset[str]:
        """The names of inputs that may stay without a value."""
        inputs = self._session.get_inputs()
        return frozenset(each.name for each in inputs if each.type.startswith("optional"))

    def bind(self, inputs: Inputs) -> Callable[[], object]:
        """A call that is done when the workload's boundary says so."""
        self._inputs = {
            name: numpy.ascontiguousarray(value).reshape(value.shape) if is_plain(value) else value
            for name, value in inputs.items()
        }
        unsure = self._unsure
        if self._workload.options.get(options.BINDING) == "0":
            return self._bind_copying()
        if self._device is None:
            return self._bind_in_host_memory(unsure)
        if unsure is not None and self._workload.boundary == "host":
            return self._bind_copying()
        call = self._device.bind(self._inputs)
        self._called = "ort_values" if self._workload.boundary == "host" else BOUND
        self._outputs, self.finish = self._device.outputs, self._device.finish
        return call

    def _bind_in_host_memory(self, unsure: Sequence[declared.Shape] | None) -> Callable[[], object]:
        """Inputs and outputs are bound once; for a provider on the CPU, device and host are one.

        `unsure` are the declared shapes of the outputs where these may be wrong.
        """
        import onnxruntime

        self._called = BOUND
        binding = self._session.io_binding()
        for name, value in self._inputs.items():
            if is_plain(value) and name not in self._optional:
                binding.bind_cpu_input(name, value)
            elif value is not None:  # an optional without a value stays unbound
                binding.bind_ortvalue_input(name, to_ort_value(value))
        for name in self._names:
            binding.bind_output(name)
        self._outputs = functools.partial(outputs_of, binding, self._run_again)
        # The call below the public wrapper, which costs 0.5 µs, with run options that are made
        # once, which saves another 1 µs (studies/fidelity/call_paths.py).
        bound = functools.partial(
            self._session._sess.run_with_iobinding, binding._iobinding, onnxruntime.RunOptions()
        )
        if unsure is None:
            return bound
        return declared.Checked(bound, lambda: self._as_they_are(binding, unsure))

    def _run_again(self, indices: Sequence[int]) -> Sequence[Any]:
        """The outputs of these indices, of one more call with the inputs that are bound."""
        fed = {name: value for name, value in self._inputs.items() if value is not None}
        outputs: Sequence[Any] = self._session.run([self._names[each] for each in indices], fed)
        return outputs

    def _as_they_are(
        self, binding: "onnxruntime.IOBinding", gives: Sequence[declared.Shape]
    ) -> Callable[[], object] | None:
        """A call by `session.run`, where the latest outputs are not as the file declares them.

        A binding hands the outputs of one call to the next, which refuses them for their shape;
        `session.run` makes new ones each time, and goes on.
        """
        values = binding.get_outputs()
        shapes = [value.shape() if value.is_tensor() else None for value in values]
        self._misdeclared = declared.contradiction(self._names, gives, shapes)
        if self._misdeclared is None:
            return None
        latest = outputs_of(binding, self._run_again)
        call = self._bind_copying()
        of_later_calls, self._outputs = self._outputs, lambda: latest

        def again() -> None:
            call()
            self._outputs = of_later_calls

        return again

    def _bind_copying(self) -> Callable[[], object]:
        """Each call makes new outputs, and copies where the session is on a device."""
        self._called = "session.run"
        feed = {name: value for name, value in self._inputs.items() if value is not None}
        latest: list[Sequence[numpy.ndarray]] = [()]

        def call() -> None:
            latest[0] = self._session.run(self._names, feed)

        self._outputs = lambda: latest[0]
        return call

    def outputs(self) -> Sequence[numpy.ndarray]:
        """The outputs of the latest call, in host memory."""
        self.finish()
        return self._outputs()

    def parts(self) -> Mapping[str, float]:
        """On a device, the copies there and back and the work between."""
        return self._device.parts(self._inputs) if self._device else {}

    def profile(self) -> Profile | None:
        """What a second session shows when it is profiled, where `run` takes what feeds it."""
        if not self._can_be_profiled():
            return None
        return profile.read(self._events())

    def _events(self) -> Sequence[Mapping[str, Any]]:
        """The trace of a second session, which is fed what is bound."""
        chosen = options.session_options(self._workload)
        return profile.profiled(self._open_session, chosen, self._inputs)

    def trace(self, calls: int) -> Trace | None:
        """Each kernel over `calls` calls of a second session, where `run` takes what feeds it.

        On a device onnxruntime times their launches: its wheel is built without CUPTI.
        """
        if not self._can_be_profiled():
            return None
        chosen = functools.partial(options.session_options, self._workload)
        timed: Timed = "launch" if self._device else "work"
        return profile.traced(self._open_session, chosen, self._inputs, calls, timed)

    def _can_be_profiled(self) -> bool:
        """`run` takes numpy's number formats alone, and a captured graph is replayed whole."""
        fed = all(map(can_be_run, self._inputs.values()))
        return fed and not captures(self._workload.options)
