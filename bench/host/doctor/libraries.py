"""The CUDA, cuDNN and driver libraries that an onnxruntime built for CUDA loads."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.host.doctor.check import Check, State
from bench.host.doctor.loading import load
from bench.host.doctor.wheels import Wheels

Load = Callable[[Sequence[str], Sequence[Path]], Mapping[str, str | None]]

# What libonnxruntime_providers_cuda.so names as needed, and what it loads later on: by the major
# version of CUDA. Source: `readelf -d` of the library and onnxruntime.preload_dlls().
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "12": ("libcudart.so.12", "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10"),
    "13": ("libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10"),
}
_LATER: Mapping[str, tuple[str, ...]] = {
    "12": ("libnvrtc.so.12", "libcufft.so.11"),
    "13": ("libnvrtc.so.13", "libcufft.so.12"),
}
_CUDNN, _DRIVER = "libcudnn.so.9", "libcuda.so.1"
_INSTALL = "pip install 'onnxruntime-gpu[cuda,cudnn]'"
_INSTALL_DRIVER = "Install an NVIDIA driver, or start the container with --gpus all."


def checks(wheels: Wheels, loading: Load = load) -> list[Check]:
    """Whether each library loads, and which one was looked for and not found."""
    module = wheels.module
    if not module.cuda or not wheels.site:
        why = "No onnxruntime that is built for CUDA is installed."
        return [Check("CUDA libraries", "not applicable", why)]
    major = module.cuda.partition(".")[0]
    if major not in _NEEDED:
        why = f"This version of bench does not know which libraries CUDA {module.cuda} needs."
        return [Check("CUDA libraries", "not applicable", why)]
    needed, later = _NEEDED[major], _LATER[major]
    # Where the wheels of NVIDIA put them, and where onnxruntime.preload_dlls() looks first.
    folders = sorted(wheels.site.glob("nvidia/*/lib"))
    reasons = loading((*needed, *later, _CUDNN, _DRIVER), folders)
    return [
        _check("CUDA libraries", needed, reasons, "The CUDA provider needs them.", _INSTALL),
        _check("cuDNN library", (_CUDNN,), reasons, "Convolutions on CUDA need it.", _INSTALL),
        _check("driver library", (_DRIVER,), reasons, "The driver brings it.", _INSTALL_DRIVER),
        _check("other libraries", later, reasons, "A few operators need them.", _INSTALL),
    ]


def _check(
    name: str,
    libraries: Sequence[str],
    reasons: Mapping[str, str | None],
    consequence: str,
    hint: str,
) -> Check:
    failed = {library: why for library in libraries if (why := reasons[library])}
    if not failed:
        return Check(name, "ok", f"{', '.join(libraries)}: loaded.")
    absent = [library for library, why in failed.items() if _is_absent(library, why)]
    told = [f"not found: {', '.join(absent)}"] if absent else []
    told += [f"{library}: {why}" for library, why in failed.items() if library not in absent]
    sentence = f"{'; '.join(told).rstrip('.')}. {consequence}"
    state: State = "warning" if name == "other libraries" else "problem"
    return Check(name, state, sentence[0].upper() + sentence[1:] if absent else sentence, hint)


def _is_absent(library: str, reason: str) -> bool:
    """Whether the loader's words (dlopen(3)) are of the library itself, not of what it needs."""
    return reason.startswith(f"{library}: cannot open shared object file")
