"""onnxruntime's own providers: cpu and cuda."""

import ctypes
import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy

from bench.domain import Model, Provider, Ran, Workload
from bench.errors import ModelError, RuntimeUnavailable

if TYPE_CHECKING:
    import onnxruntime

PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}

# fp32 means fp32: CUDA kernels may otherwise round their inputs to TF32.
PROVIDER_OPTIONS = {"cpu": {}, "cuda": {"use_tf32": "0"}}

SESSION_CONFIG = {
    # Makes get_provider_graph_assignment_info() available (onnxruntime 1.24.1 and newer).
    "session.record_ep_graph_assignment_info": "1",
    # Idle workers must not use the CPU: threads stop spinning when a run ends.
    "session.force_spinning_stop": "1",
}

INSTALL_CPU = "Install it with: pip install onnxruntime"
INSTALL_CUDA = (
    "Install it with: pip uninstall onnxruntime, then pip install 'onnxruntime-gpu[cuda,cudnn]'"
    " (the two wheels must never share an environment)."
)


class OnnxruntimeSession:
    """An InferenceSession whose calls run bound inputs."""

    def __init__(
        self, session: "onnxruntime.InferenceSession", provider: str, workload: Workload
    ) -> None:
        self._session = session
        self._provider = provider
        self._workload = workload
        self._names = [output.name for output in session.get_outputs()]
        self._outputs: Callable[[], Sequence[numpy.ndarray]] = tuple

    def ran(self) -> Ran:
        """Nodes by provider as onnxruntime placed them, and its options as it holds them."""
        import onnxruntime

        providers: Counter[str] = Counter()
        operators: Counter[str] = Counter()
        for subgraph in self._session.get_provider_graph_assignment_info():
            nodes = subgraph.get_nodes()
            providers[subgraph.ep_name] += len(nodes)
            operators.update(node.op_type for node in nodes)
        options = self._session.get_session_options()
        return Ran(
            providers=dict(providers),
            options={
                "graph_optimization_level": options.graph_optimization_level.name,
                **{key: options.get_session_config_entry(key) for key in SESSION_CONFIG},
                **self._session.get_provider_options().get(PROVIDERS[self._provider], {}),
            },
            runtime_version=onnxruntime.__version__,
            threads=options.intra_op_num_threads,
            precision="fp32",
            operators=dict(operators),
        )

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """On the CPU, inputs and outputs are bound once; elsewhere each call copies both ways."""
        import onnxruntime

        if self._provider != "cpu":
            return self._bind_copying(inputs)
        binding = self._session.io_binding()
        for name, array in inputs.items():
            binding.bind_cpu_input(name, numpy.ascontiguousarray(array))
        for name in self._names:
            binding.bind_output(name)
        self._outputs = binding.copy_outputs_to_cpu
        # The call below the public wrapper, which costs 0.5 µs, with run options that are made
        # once, which saves another 1 µs (tests/benchmarks/fidelity/call_paths.py).
        return functools.partial(
            self._session._sess.run_with_iobinding, binding._iobinding, onnxruntime.RunOptions()
        )

    def _bind_copying(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        feed = {name: numpy.ascontiguousarray(array) for name, array in inputs.items()}
        latest: list[Sequence[numpy.ndarray]] = [()]

        def call() -> None:
            latest[0] = self._session.run(self._names, feed)

        self._outputs = lambda: latest[0]
        return call

    def outputs(self) -> Sequence[numpy.ndarray]:
        """The outputs of the latest call, in host memory."""
        return self._outputs()


class OnnxruntimeRuntime:
    """Sessions of the onnxruntime library, never with fallback to another provider."""

    def load(self) -> str:
        """Import onnxruntime, and the CUDA libraries of Python packages where there are any."""
        try:
            import onnxruntime
        except ImportError as error:
            raise RuntimeUnavailable(
                f"onnxruntime is not installed: {error}.", INSTALL_CPU
            ) from error
        if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
            onnxruntime.preload_dlls()
        onnxruntime.set_default_logger_severity(4)  # a failure becomes a sentence of ours
        return onnxruntime.__version__

    def providers(self) -> tuple[Provider, ...]:
        """cpu and cuda, each with the reason why it cannot be used here, if there is one."""
        import onnxruntime

        available = onnxruntime.get_available_providers()
        cuda = _why_no_cuda(available, Path(onnxruntime.__file__).parent)
        return Provider("cpu"), Provider("cuda", cuda.sentence() if cuda else None)

    def open(self, model: Model, provider: str, workload: Workload) -> OnnxruntimeSession:
        """Open `model`; the session that came out must hold the provider that was asked for."""
        import onnxruntime

        if provider not in PROVIDERS:
            raise RuntimeUnavailable(
                f"onnxruntime has no provider called '{provider}' here.",
                f"Choose one of: {', '.join(PROVIDERS)}.",
            )
        folder = Path(onnxruntime.__file__).parent
        if provider == "cuda":
            reason = _why_no_cuda(onnxruntime.get_available_providers(), folder)
            if reason:
                raise reason
        name = PROVIDERS[provider]
        try:
            session = onnxruntime.InferenceSession(
                model.path,
                _session_options(workload),
                providers=[(name, PROVIDER_OPTIONS[provider])],
            )
        except Exception as error:  # onnxruntime's own classes share no base but Exception
            raise ModelError(
                f"onnxruntime cannot open {model.name}: {_first_line(error)}.",
                "Check the file with `check-model`, which onnx installs, or export it again.",
            ) from error
        session.disable_fallback()
        if name not in session.get_providers():
            raise RuntimeUnavailable(
                f"onnxruntime fell back from {name} to {', '.join(session.get_providers())}.",
                "Check with `nvidia-smi` that a CUDA device is visible and its driver is recent.",
            )
        opened = OnnxruntimeSession(session, provider, workload)
        placed = opened.ran().providers
        if placed and not placed.get(name):
            raise RuntimeUnavailable(
                f"No node of {model.name} was placed on {name}; they are on {', '.join(placed)}.",
                "Use that provider, or a model with operators that this one supports.",
            )
        return opened


def _session_options(workload: Workload) -> "onnxruntime.SessionOptions":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = workload.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    for key, value in SESSION_CONFIG.items():
        options.add_session_config_entry(key, value)
    return options


def _why_no_cuda(available: Sequence[str], folder: Path) -> RuntimeUnavailable | None:
    """Why the CUDA provider cannot run, found by loading its library as onnxruntime does."""
    if "CUDAExecutionProvider" not in available:
        return RuntimeUnavailable("The installed onnxruntime has no CUDA provider.", INSTALL_CUDA)
    try:
        # Needs libonnxruntime_providers_shared.so first, which it does not name as a dependency.
        ctypes.CDLL(str(folder / "capi" / "libonnxruntime_providers_shared.so"), ctypes.RTLD_GLOBAL)
        ctypes.CDLL(str(folder / "capi" / "libonnxruntime_providers_cuda.so"))
    except OSError as error:
        missing = str(error).partition(":")[0]
        if missing.startswith("libcuda."):
            hint = "Install an NVIDIA driver, and run on a machine with an NVIDIA GPU."
        else:
            hint = "Install CUDA 13 and cuDNN 9 with: pip install 'onnxruntime-gpu[cuda,cudnn]'"
        return RuntimeUnavailable(f"The CUDA provider cannot be loaded: {error}.", hint)
    return None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


plugin = OnnxruntimeRuntime()
