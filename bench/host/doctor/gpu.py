"""NVIDIA devices, their driver, and who else uses them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.host.cards import driver_version
from bench.host.doctor.check import Check
from bench.host.files import Listed, Read, listed, read

# The oldest driver for programs built with CUDA of this major version. Source: NVIDIA, "CUDA
# Compatibility", table 1 of "Minor Version Compatibility".
OLDEST_DRIVER: Mapping[int, int] = {12: 525, 13: 580}

_NO_DRIVER = "Install an NVIDIA driver, or start the container with --gpus all."
_WITH_NVML = "pip install nvidia-ml-py"


@dataclass(frozen=True, slots=True)
class Gpus:
    """What is known of the devices.

    `driver` is its version; `cuda` the newest CUDA version that it runs, (major, minor);
    `users` other processes, None when they cannot be told; `busy` the largest utilisation of a
    device, 0–1; `reason` why NVIDIA's management library gave no answer.
    """

    devices: tuple[str, ...] = ()
    driver: str | None = None
    cuda: tuple[int, int] | None = None
    users: tuple[str, ...] | None = None
    busy: float | None = None
    reason: str | None = None


def read_gpus(nvml: Any = None, files: Read = read, folder: Listed = listed) -> Gpus:
    """Ask nvidia-ml-py (`nvml`, else the installed one), or the files of the kernel's module."""
    if nvml is None:
        try:
            import pynvml
        except ImportError:
            return _from_files("nvidia-ml-py is not installed", files, folder)
        nvml = pynvml
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        return _from_files(f"NVML says: {error}", files, folder)
    try:
        return _from_nvml(nvml)
    except nvml.NVMLError as error:
        return _from_files(f"NVML says: {error}", files, folder)
    finally:
        nvml.nvmlShutdown()


def checks(
    gpus: Gpus, built_for: Mapping[str, str], environment: Mapping[str, str] = os.environ
) -> list[Check]:
    """A driver new enough, a visible device, nobody else on it.

    `built_for` gives the CUDA version by library. Without a driver nothing is wrong unless
    onnxruntime is built for CUDA: PyTorch's usual wheel is, also where nobody wants a GPU.
    """
    wanted = any(library.startswith("onnxruntime") for library in built_for)
    if not gpus.driver:
        why = f"/proc/driver/nvidia shows no driver; {gpus.reason or 'NVML names none'}."
        if wanted:
            return [Check("NVIDIA driver", "problem", why, _NO_DRIVER)]
        return [Check("NVIDIA driver", "not applicable", why)]
    return [_driver(gpus, built_for), _device(gpus, environment), _users(gpus)]


def _from_nvml(nvml: Any) -> Gpus:
    handles = [nvml.nvmlDeviceGetHandleByIndex(i) for i in range(nvml.nvmlDeviceGetCount())]
    version = nvml.nvmlSystemGetCudaDriverVersion_v2()  # 1000 × major + 10 × minor
    users: list[str] = []
    for number, handle in enumerate(handles):
        users += [
            _user(nvml, number, process.pid, process.usedGpuMemory)
            for process in nvml.nvmlDeviceGetComputeRunningProcesses(handle)
        ]
    return Gpus(
        devices=tuple(nvml.nvmlDeviceGetName(handle) for handle in handles),
        driver=nvml.nvmlSystemGetDriverVersion(),
        cuda=(version // 1000, version % 1000 // 10),
        users=tuple(users),
        busy=_busy(nvml, handles),
    )


def _user(nvml: Any, number: int, pid: int, used: int | None) -> str:
    try:
        name = os.path.basename(nvml.nvmlSystemGetProcessName(pid))
    except nvml.NVMLError:  # it ended, or belongs to another container
        name = "a process"
    memory = f", {used / 2**20:,.0f} MiB" if used else ""
    return f"{name} ({pid}) on GPU {number}{memory}"


def _busy(nvml: Any, handles: list[Any]) -> float | None:
    try:
        shares: list[int] = [nvml.nvmlDeviceGetUtilizationRates(device).gpu for device in handles]
        return max(shares) / 100
    except (nvml.NVMLError, ValueError):  # not told of MIG slices; no device
        return None


def _from_files(reason: str, files: Read, folder: Listed) -> Gpus:
    """The words of /proc/driver/nvidia."""
    driver = driver_version(files("/proc/driver/nvidia/version"))
    devices = [
        line.partition(":")[2].strip()
        for bus in folder("/proc/driver/nvidia/gpus")
        for line in files(f"/proc/driver/nvidia/gpus/{bus}/information").splitlines()
        if line.startswith("Model:")
    ]
    return Gpus(devices=tuple(devices), driver=driver, reason=reason)


def _driver(gpus: Gpus, built_for: Mapping[str, str]) -> Check:
    runs = f" and runs CUDA up to {gpus.cuda[0]}.{gpus.cuda[1]}" if gpus.cuda else ""
    sentence = f"The driver is {gpus.driver}{runs}"
    for library, version in built_for.items():
        major = int(version.partition(".")[0])
        if _is_too_old(gpus, major):
            oldest = OLDEST_DRIVER.get(major)
            return Check(
                "NVIDIA driver",
                "problem",
                f"{sentence}; {library} is built with CUDA {version}.",
                f"Install driver {oldest} or newer." if oldest else "Install a newer driver.",
            )
    return Check("NVIDIA driver", "ok", f"{sentence}.")


def _is_too_old(gpus: Gpus, major: int) -> bool:
    if gpus.cuda:
        return gpus.cuda[0] < major
    branch = (gpus.driver or "").partition(".")[0]
    return branch.isdigit() and int(branch) < OLDEST_DRIVER.get(major, 0)


def _device(gpus: Gpus, environment: Mapping[str, str]) -> Check:
    name = "NVIDIA device"
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    if not gpus.devices:
        hint = "Check with `nvidia-smi -L`; start a container with --gpus all."
        return Check(name, "problem", "The driver sees no device.", hint)
    if visible is not None and visible.strip() in ("", "-1"):
        sentence = f"CUDA_VISIBLE_DEVICES='{visible}' hides {', '.join(gpus.devices)}."
        return Check(name, "problem", sentence, "unset CUDA_VISIBLE_DEVICES")
    return Check(name, "ok", f"{', '.join(gpus.devices)}.")


def _users(gpus: Gpus) -> Check:
    name = "GPU processes"
    if gpus.users is None:
        return Check(name, "not applicable", f"They cannot be listed: {gpus.reason}.", _WITH_NVML)
    if gpus.users:
        sentence = f"Other processes use the GPU: {'; '.join(gpus.users)}."
        return Check(name, "warning", sentence, "Stop them, or wait until they end.")
    if gpus.busy:
        sentence = f"No process is visible, but the GPU is {100 * gpus.busy:.0f} % busy."
        return Check(
            name, "warning", sentence, "Run `nvidia-smi` outside this container to see who uses it."
        )
    return Check(name, "ok", "No other process uses the GPU.")
