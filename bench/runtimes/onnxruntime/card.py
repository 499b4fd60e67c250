"""Whether the CUDA driver shows a GPU that this onnxruntime can run on."""

from pathlib import Path
from typing import Any

from bench.errors import RuntimeUnavailable
from bench.host.cards import written
from bench.host.doctor.gpu import OLDEST_DRIVER
from bench.runtimes.onnxruntime.fatbin import runs_on

# CUdevice_attribute and CUcomputemode of cuda.h.
_COMPUTE_MODE, _MAJOR, _MINOR = 20, 75, 76
_PROHIBITED, _EXCLUSIVE = 2, 3
_LIST = "Check with `nvidia-smi -L` that it shows a device"


def why_not(driver: Any, library: Path, built_with: str, number: int) -> RuntimeUnavailable | None:
    """The first thing that keeps device `number` from running `library`'s kernels, or None.

    `driver` is libcuda.so.1, `built_with` onnxruntime's version of CUDA. Nothing is asked that
    would make a context on the device.
    """
    if code := driver.cuInit(0):  # CUresult: 100 is no device, 803 a driver of another version
        return RuntimeUnavailable(
            f"The CUDA driver does not start: cuInit returns {code}.", f"{_LIST}."
        )
    runs = written(driver.cuDriverGetVersion)  # 1000 × major + 10 × minor
    major = int(built_with.partition(".")[0] or 0)
    if runs // 1000 < major:
        oldest = OLDEST_DRIVER.get(major)
        return RuntimeUnavailable(
            f"The driver runs CUDA up to {runs // 1000}.{runs % 1000 // 10}, and this onnxruntime"
            f" is built with CUDA {built_with}.",
            f"Install driver {oldest} or newer." if oldest else "Install a newer driver.",
        )
    count = written(driver.cuDeviceGetCount)
    if number >= count:
        return RuntimeUnavailable(
            f"The CUDA driver shows {count} devices, and number {number} is none of them.",
            f"{_LIST}, and look at CUDA_VISIBLE_DEVICES; in MIG mode make an instance first.",
        )
    return _mode(driver, number) or _kernels(driver, number, library)


def _mode(driver: Any, number: int) -> RuntimeUnavailable | None:
    """A worker for each row holds a context, which two of the compute modes do not allow."""
    mode = _attribute(driver, _COMPUTE_MODE, number)
    if mode not in (_PROHIBITED, _EXCLUSIVE):
        return None
    allows = "no process" if mode == _PROHIBITED else "one process at a time"
    return RuntimeUnavailable(
        f"The GPU is in a compute mode that allows {allows}, and bench has one for each row.",
        f"Ask who looks after the machine for: nvidia-smi -i {number} -c DEFAULT",
    )


def _kernels(driver: Any, number: int, library: Path) -> RuntimeUnavailable | None:
    capability = _attribute(driver, _MAJOR, number), _attribute(driver, _MINOR, number)
    if runs_on(library, capability) is not False:
        return None
    return RuntimeUnavailable(
        f"This onnxruntime has no kernels for the GPU's compute capability"
        f" {capability[0]}.{capability[1]}.",
        "Try a newer one: pip install --upgrade 'onnxruntime-gpu[cuda,cudnn]'",
    )


def _attribute(driver: Any, attribute: int, number: int) -> int:
    return written(driver.cuDeviceGetAttribute, attribute, number)
