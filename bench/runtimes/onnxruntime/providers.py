"""Which providers onnxruntime has here: its own, and plug-ins of installed packages."""

import ctypes
import functools
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.domain import Provider
from bench.errors import OptionError, RuntimeUnavailable
from bench.gist import gist
from bench.host.packages import packages

if TYPE_CHECKING:
    from onnxruntime import OrtEpDevice

BUILT_IN = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}
# What their libraries need beyond the wheel, in words of what to install.
NEEDS = {
    "cuda": (
        "CUDA 13 and cuDNN 9",
        "pip install 'onnxruntime-gpu[cuda,cudnn]'",
    ),
    "tensorrt": ("TensorRT 10", "pip install tensorrt-cu13"),
}
# Packages that follow onnxruntime's plug-in guide are named so and export get_library_path().
PLUG_IN_PACKAGE = "onnxruntime-ep-"
# Named also where they are not installed, with the command that installs them.
KNOWN_PLUG_INS = {"openvino": "onnxruntime-ep-openvino"}

INSTALL_GPU = (
    "Install it with: pip uninstall onnxruntime, then pip install 'onnxruntime-gpu[cuda,cudnn]'"
    " (the two wheels must never share an environment)."
)


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
    for name in {**KNOWN_PLUG_INS, **plug_in_packages()}:
        try:
            plug_in(name)
            known.append(Provider(name))
        except RuntimeUnavailable as error:
            known.append(Provider(name, error.sentence()))
    return tuple(known)


def plug_in_packages() -> Mapping[str, str]:
    """Short names of the installed plug-ins, each with its distribution's name."""
    return {
        name.removeprefix(PLUG_IN_PACKAGE): name
        for name in packages()
        if name.startswith(PLUG_IN_PACKAGE)
    }


def plug_in(name: str) -> PlugIn:
    """Register the plug-in called `name` and find its devices.

    Raises RuntimeUnavailable where its library does not load, was built for another onnxruntime,
    or finds no device.
    """
    registered = _registered(name)
    if not registered.devices:
        raise RuntimeUnavailable(
            f"The plug-in {plug_in_packages()[name]} finds no device here that it supports.",
            "Run on a machine that has one, or choose another --provider.",
        )
    return registered


@functools.cache  # a library can be registered only once a process
def _registered(name: str) -> PlugIn:
    import onnxruntime

    package = plug_in_packages().get(name)
    if package is None:
        raise RuntimeUnavailable(
            f"The plug-in {KNOWN_PLUG_INS[name]} is not installed.",
            f"Install it with: pip install {KNOWN_PLUG_INS[name]}",
        )
    try:
        module = importlib.import_module(package.replace("-", "_"))
        provider = module.get_ep_name()
        onnxruntime.register_execution_provider_library(package, module.get_library_path())
    except (Exception, SystemExit) as error:  # a third party's package may raise anything
        raise RuntimeUnavailable(
            f"The plug-in {package} cannot be loaded: {gist(error)}.",
            f"Install the release that fits onnxruntime {onnxruntime.__version__}:"
            f" pip install --upgrade {package}",
        ) from error
    devices = tuple(d for d in onnxruntime.get_ep_devices() if d.ep_name == provider)
    return PlugIn(provider, devices)


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
    if name in {**KNOWN_PLUG_INS, **plug_in_packages()}:
        return plug_in(name).provider
    raise RuntimeUnavailable(
        f"onnxruntime has no provider called '{name}' here.",
        f"Choose one of: {', '.join([*BUILT_IN, *plug_in_packages()])}.",
    )


def why_not(name: str) -> RuntimeUnavailable | None:
    """Why a built-in provider cannot run, found by loading its library as onnxruntime does."""
    import onnxruntime

    if name == "cpu":
        return None
    folder = Path(onnxruntime.__file__).parent / "capi"
    return _why_not(name, onnxruntime.get_available_providers(), folder)


def _why_not(name: str, available: Sequence[str], folder: Path) -> RuntimeUnavailable | None:
    title = {"cuda": "CUDA", "tensorrt": "TensorRT"}[name]
    if BUILT_IN[name] not in available:
        return RuntimeUnavailable(
            f"The installed onnxruntime has no {title} provider.", INSTALL_GPU
        )
    try:
        # Needs libonnxruntime_providers_shared.so first, which it does not name as a dependency.
        ctypes.CDLL(str(folder / "libonnxruntime_providers_shared.so"), ctypes.RTLD_GLOBAL)
        ctypes.CDLL(str(folder / f"libonnxruntime_providers_{name}.so"))
        code = ctypes.CDLL("libcuda.so.1").cuInit(0)
    except OSError as error:
        missing = str(error).partition(":")[0]
        what, command = NEEDS[name]
        hint = f"Install {what} with: {command}"
        if missing.startswith("libcuda."):
            hint = "Install an NVIDIA driver, and run on a machine with an NVIDIA GPU."
        return RuntimeUnavailable(f"The {title} provider cannot be loaded: {error}.", hint)
    if code:  # CUresult of the driver API: 100 is no device, 803 a driver of another version
        return RuntimeUnavailable(
            f"The CUDA driver does not start: cuInit returns {code}.",
            "Check with `nvidia-smi -L` that it shows a device.",
        )
    return None
