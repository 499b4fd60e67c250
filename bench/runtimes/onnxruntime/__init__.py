"""onnxruntime: its own providers, and those that other packages plug into it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.domain import Boundary, Model, Provider, Workload
from bench.errors import OptionError, RuntimeUnavailable
from bench.gist import is_of_memory
from bench.interfaces import Tunable
from bench.runtimes.onnxruntime import cache, options, package, providers, tensorrt, tuning
from bench.runtimes.onnxruntime.device import captures
from bench.runtimes.onnxruntime.providers import BUILT_IN
from bench.runtimes.onnxruntime.refusal import refusal
from bench.runtimes.onnxruntime.session import OnnxruntimeSession

if TYPE_CHECKING:
    import onnxruntime

INSTALL = "Install it with: pip install onnxruntime"


class OnnxruntimeRuntime:
    """Sessions of the onnxruntime library, each on the provider that was asked for."""

    def load(self) -> str:
        """Import onnxruntime, and the CUDA libraries of Python packages where there are any."""
        try:
            import onnxruntime
        except ImportError as error:
            raise RuntimeUnavailable(f"onnxruntime is not installed: {error}.", INSTALL) from error
        if not hasattr(onnxruntime, "InferenceSession"):
            raise RuntimeUnavailable(
                "The files of onnxruntime are incomplete.", "`bench doctor` says which are missing."
            )
        if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
            onnxruntime.preload_dlls()
        onnxruntime.set_default_logger_severity(4)  # a failure becomes a sentence of ours
        return str(onnxruntime.__version__)

    def providers(self) -> tuple[Provider, ...]:
        """onnxruntime's own and installed plug-ins, each with the reason why not, if any."""
        return providers.providers()

    def open(self, model: Model, provider: str, workload: Workload) -> OnnxruntimeSession:
        """Open `model` on `provider`; `ran()` says where its nodes were placed.

        onnxruntime falls back to its CPU provider for nodes, or for all of them: what that is worth
        is judged by `bench.engine.placement`.
        """
        providers.use(workload.trusted)
        expected = providers.runtime_name(provider)
        if workload.boundary == "host" and captures(workload.options):
            raise RuntimeUnavailable(
                "A captured CUDA graph reads and writes the same memory of the device at each call,"
                " and the boundary host copies from and to arrays.",
                "Use --boundary device.",
            )
        asked = options.provider_options(provider, model, workload)
        device = None
        if provider not in BUILT_IN:
            device = providers.device_of(provider, workload.options.get("device"))

        def opened(chosen: "onnxruntime.SessionOptions") -> "onnxruntime.InferenceSession":
            return open_session(model.path, provider, device, asked, chosen)

        try:
            session = OnnxruntimeSession(opened, provider, expected, workload)
        except OptionError:
            raise
        except Exception as error:  # onnxruntime's own classes share no base but Exception
            if is_of_memory(error):
                raise  # not the model's fault: whoever answers the request says so
            raise refusal(error, model.name, model.path, provider) from error
        _check_binding(workload, session.on_device)
        if workload.boundary == "submit" and not session.on_device:
            raise RuntimeUnavailable(
                f"onnxruntime's session on {provider} returns only when the work is done.",
                "Use --boundary host or device.",
            )
        if expected in session.active():
            options.check_read_back(provider, asked, session.provider_options())
        return session

    def knobs(self, provider: str, boundary: Boundary) -> Mapping[str, Sequence[str]]:
        """As `bench.runtimes.onnxruntime.tuning` says."""
        return tuning.knobs(provider, boundary)

    def snippet(self, path: str, provider: str, model: Model, workload: Workload) -> str:
        """As `bench.runtimes.onnxruntime.tuning` writes it."""
        return tuning.snippet(path, provider, model, workload)

    def manifest(
        self, path: str, provider: str, model: Model, workload: Workload
    ) -> Mapping[str, Any]:
        """As `bench.runtimes.onnxruntime.package` writes it."""
        return package.manifest(path, provider, model, workload)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> float | None:
        """As `bench.runtimes.onnxruntime.cache` says."""
        device = None
        if provider not in BUILT_IN:
            device = providers.device_of(provider, workload.options.get("device"))
        return cache.cached_load(
            lambda path, asked, chosen: open_session(path, provider, device, asked, chosen),
            model,
            provider,
            options.provider_options(provider, model, workload),
            workload,
        )


def _check_binding(workload: Workload, on_device: bool) -> None:
    """Raise OptionError where calls cannot be made as the option says."""
    wanted = workload.options.get(options.BINDING)
    if wanted == "0" and workload.boundary != "host":
        raise OptionError(
            f"session.run copies arrays, and the boundary {workload.boundary} copies nothing.",
            "Use --boundary host, or leave io_binding=0 out.",
        )
    if wanted == "1" and workload.boundary == "host" and on_device:
        raise OptionError(
            "A binding copies inputs to a device once, and the boundary host at each call.",
            "Use --boundary device, or leave io_binding=1 out.",
        )


def open_session(
    path: str,
    provider: str,
    device: "onnxruntime.OrtEpDevice | None",
    asked: Mapping[str, str],
    chosen: "onnxruntime.SessionOptions",
) -> "onnxruntime.InferenceSession":
    """A session on a built-in provider, or on a plug-in's `device`; raises as onnxruntime does."""
    import onnxruntime

    if provider == "tensorrt":
        tensorrt.preload()
    if device is None:
        return onnxruntime.InferenceSession(
            path, chosen, providers=[(BUILT_IN[provider], dict(asked))], enable_fallback=0
        )
    chosen.add_provider_for_devices([device], dict(asked))
    return onnxruntime.InferenceSession(path, chosen)


plugin: Tunable = OnnxruntimeRuntime()
