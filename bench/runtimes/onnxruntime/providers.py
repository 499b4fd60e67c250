"""Which providers onnxruntime has here: its own, and plug-ins of installed packages."""

import ctypes
import functools
import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.domain import Provider
from bench.errors import OptionError, RuntimeUnavailable
from bench.gist import gist
from bench.runtimes.onnxruntime import card, plug_ins, tensorrt, vulkan

if TYPE_CHECKING:
    from importlib.metadata import Distribution

    from onnxruntime import OrtEpDevice

BUILT_IN = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}
TITLES = {"cuda": "CUDA", "tensorrt": "TensorRT"}
CUDNN = "libcudnn.so.9"  # loaded by the provider for its first convolution, and not before
GPU_WHEEL = "onnxruntime-gpu[cuda,cudnn]"
DRIVER = "Install an NVIDIA driver, and run on a machine with an NVIDIA GPU."
# Libraries that this process was given by their paths, by the providers' short names.
_BY_PATH: dict[str, str] = {}
# Named also where they are not installed, with the command that installs them.
WEBGPU, SOFTWARE = "webgpu", "ORT_WEBGPU_EP_ALLOW_SOFTWARE_ADAPTER"
KNOWN_PLUG_INS = {name: f"onnxruntime-ep-{name}" for name in ("openvino", WEBGPU)}


@dataclass(frozen=True, slots=True)
class PlugIn:
    """A registered plug-in library: its provider in onnxruntime's words, and its devices."""

    provider: str
    devices: "tuple[OrtEpDevice, ...]"


def providers() -> tuple[Provider, ...]:
    """Every provider that this onnxruntime could have, with the reason where it cannot be used."""
    known = [Provider("cpu")]
    for name in ("cuda", "tensorrt"):
        reason = why_not(name)
        known.append(Provider(name, reason.sentence() if reason else None))
    for name in {**KNOWN_PLUG_INS, **plug_ins.packages(), **_BY_PATH}:
        try:
            plug_in(name)
            known.append(Provider(name))
        except RuntimeUnavailable as error:
            known.append(Provider(name, error.sentence()))
    return tuple(known)


def use(trusted: Mapping[str, str]) -> None:
    """Let libraries be used that plug a provider in; they are given by path, with their SHA-256.

    Raises OptionError for one that has changed since.
    """
    for path, digest in trusted.items():
        if plug_ins.is_plug_in(path):
            plug_ins.check(path, digest, "--plug-in")
            _BY_PATH[plug_ins.name_of(path)] = path


def plug_in(name: str) -> PlugIn:
    """Register the plug-in called `name` and find its devices.

    Raises RuntimeUnavailable where its library does not load, was built for another onnxruntime,
    or finds no device.
    """
    registered = _registered(name)
    if not registered.devices:
        called = _BY_PATH.get(name) or plug_ins.packages()[name]
        raise RuntimeUnavailable(
            f"The plug-in {called} finds no device here that it supports.",
            f"Set {SOFTWARE}=1 to let it compute on the CPU where there is no GPU."
            if name == WEBGPU
            else "Run on a machine that has one, or choose another --provider.",
        )
    if name == WEBGPU and not vulkan.adapters():
        raise RuntimeUnavailable(
            "Vulkan, on which WebGPU computes, finds no adapter here.",
            "Install the GPU's Vulkan driver, or a recent Mesa, which computes on the CPU.",
        )
    return registered


@functools.cache  # a library can be registered only once a process
def _registered(name: str) -> PlugIn:
    import onnxruntime

    if name in _BY_PATH:
        return _registered_by_path(name, _BY_PATH[name])
    package = plug_ins.packages().get(name)
    if package is None:
        raise RuntimeUnavailable(
            f"The plug-in {KNOWN_PLUG_INS[name]} is not installed.",
            f"Install it with: pip install {KNOWN_PLUG_INS[name]}",
        )
    try:
        from importlib.metadata import distribution

        module = importlib.import_module(module_of(distribution(package)))
        provider = module.get_ep_name()
        onnxruntime.register_execution_provider_library(package, module.get_library_path())
    except (Exception, SystemExit) as error:  # a third party's package may raise anything
        raise RuntimeUnavailable(
            f"The plug-in {package} cannot be loaded: {gist(error)}.",
            DRIVER
            if lacks_driver(str(error))
            else f"Install the release that fits onnxruntime {onnxruntime.__version__}:"
            f" pip install --upgrade {package}",
        ) from error
    devices = tuple(d for d in onnxruntime.get_ep_devices() if d.ep_name == provider)
    return PlugIn(provider, devices)


def _registered_by_path(name: str, path: str) -> PlugIn:
    """The provider is the one that is there since, as a library does not say what it brings."""
    import onnxruntime

    before = {device.ep_name for device in onnxruntime.get_ep_devices()}
    try:
        onnxruntime.register_execution_provider_library(name, path)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        raise RuntimeUnavailable(
            f"The plug-in {path} cannot be loaded: {gist(error)}.",
            f"Give a library that fits onnxruntime {onnxruntime.__version__}.",
        ) from error
    devices = tuple(d for d in onnxruntime.get_ep_devices() if d.ep_name not in before)
    return PlugIn(devices[0].ep_name if devices else name, devices)


def module_of(installed: "Distribution") -> str:
    """The module that a distribution brings, whose name need not be its own.

    Raises ImportError for one whose list of files names none (RECORD, Core metadata
    specifications).
    """
    for file in installed.files or ():
        if len(file.parts) == 2 and file.name == "__init__.py":
            return file.parts[0]
        if len(file.parts) == 1 and file.suffix == ".py":
            return file.stem
    raise ImportError(f"{installed.name} lists no module among its files")


def device_of(name: str, wanted: str | None) -> "OrtEpDevice":
    """The plug-in's device of the kind `wanted` (cpu, gpu, npu), or its first one.

    Raises OptionError for a kind that is not here.
    """
    devices = {
        device.device.type.name.lower(): device for device in reversed(plug_in(name).devices)
    }
    if wanted and wanted not in devices:
        raise OptionError(
            f"The provider {name} finds no device '{wanted}' here.",
            f"Choose one of: {', '.join(sorted(devices))}.",
        )
    return devices[wanted] if wanted else plug_in(name).devices[0]


def runtime_name(name: str) -> str:
    """The provider in onnxruntime's own words. Raises RuntimeUnavailable for an unknown one."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name in {**KNOWN_PLUG_INS, **plug_ins.packages(), **_BY_PATH}:
        return plug_in(name).provider
    raise RuntimeUnavailable(
        f"onnxruntime has no provider called '{name}' here.",
        f"Choose one of: {', '.join([*BUILT_IN, *plug_ins.packages(), *_BY_PATH])}.",
    )


def why_not(name: str) -> RuntimeUnavailable | None:
    """Why a built-in provider cannot run, found by loading its library as onnxruntime does."""
    import onnxruntime

    if name == "cpu":
        return None
    title = TITLES[name]
    if BUILT_IN[name] not in onnxruntime.get_available_providers():
        return RuntimeUnavailable(
            f"The installed onnxruntime has no {title} provider.",
            f"Measure in an environment of its own: -p '{name}@{' '.join(_packages(name))}'. Or pip"
            f" uninstall onnxruntime, then pip install {_quoted(_packages(name))}: the two wheels"
            " must never share an environment.",
        )
    try:
        driver = load(name)
    except RuntimeUnavailable as error:
        return error
    cuda = _capi() / "libonnxruntime_providers_cuda.so"
    return card.why_not(driver, cuda, onnxruntime.cuda_version, number=0)


def load(name: str) -> ctypes.CDLL:
    """All that a provider loads by and by; returns the driver.

    Raises RuntimeUnavailable for what does not load.
    """
    import onnxruntime

    onnxruntime.preload_dlls()
    if name == "tensorrt":
        tensorrt.preload()
    folder = _capi()
    try:
        # Needs libonnxruntime_providers_shared.so first, which it does not name as a dependency.
        ctypes.CDLL(str(folder / "libonnxruntime_providers_shared.so"), ctypes.RTLD_GLOBAL)
        ctypes.CDLL(str(folder / f"libonnxruntime_providers_{name}.so"))
        ctypes.CDLL(CUDNN)
        return ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        raise RuntimeUnavailable(
            f"The {TITLES[name]} provider cannot be loaded: {error}.",
            _install(name, str(error), onnxruntime.__version__),
        ) from error


def _capi() -> Path:
    """The folder of onnxruntime's libraries."""
    import onnxruntime

    return Path(onnxruntime.__file__).parent / "capi"


def _install(name: str, error: str, version: str) -> str:
    """What to type for a library that the loader (dlopen(3)) does not find, or that is too old."""
    missing = error.partition(":")[0]
    if lacks_driver(error):
        return DRIVER
    if re.search(r"undefined symbol: cu[A-Z]", error):
        return "Install a newer NVIDIA driver: this one lacks what CUDA's libraries need."
    if "libonnxruntime_providers_" in missing:
        return (
            "Install its files anew: pip install --force-reinstall --no-deps"
            f" onnxruntime-gpu=={version}"
        )
    packages = _packages(name, missing)
    return (
        f"Install it beside onnxruntime-gpu: pip install {_quoted(packages)}. In an environment"
        f" of its own that is -p '{name}@{' '.join(packages)}'."
    )


def lacks_driver(error: str) -> bool:
    """Whether the loader's words are of a library that NVIDIA's driver brings."""
    return bool(re.search(r"lib(cuda|nvidia-ml)\.so\.1: cannot open", error))


def _packages(name: str, missing: str = "") -> list[str]:
    """What brings a provider; `missing` is the library of which it needs the version."""
    return [GPU_WHEEL, *([tensorrt.package(missing)] if name == "tensorrt" else [])]


def _quoted(packages: Sequence[str]) -> str:
    return " ".join(f"'{package}'" for package in packages)
