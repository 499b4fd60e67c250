"""What NVIDIA's management library knows of this machine's GPUs, where it is installed."""

from typing import Any

from bench.host.cards import cards

PROVIDERS = ("cuda", "tensorrt")  # that compute on one, of whatever runtime
CONTEXT = 500 * 2**20  # bytes that a process takes of a GPU before it has a model, about


def computes(provider: str) -> bool:
    """Whether a provider of this name computes on an NVIDIA GPU."""
    return provider in PROVIDERS


def memory_of(process: int, nvml: Any = None) -> int | None:
    """Bytes of GPU memory that a process holds on all devices; None where that cannot be told.

    Inside a container the driver may show processes under other numbers: then it is None too.
    """
    try:
        nvml = nvml or library()
        held = [
            entry.usedGpuMemory or 0
            for device in _devices(nvml)
            for entry in nvml.nvmlDeviceGetComputeRunningProcesses(device)
            if entry.pid == process
        ]
    except Exception:  # not installed, no driver, no device, no right: there is no figure
        return None
    return sum(held) or None


def used(nvml: Any = None) -> int | None:
    """Bytes that are in use on all devices, whoever uses them; None where that cannot be told."""
    try:
        nvml = nvml or library()
        held: int = sum(nvml.nvmlDeviceGetMemoryInfo(device).used for device in _devices(nvml))
    except Exception:  # as above
        return None
    return held


def free(number: int, nvml: Any = None) -> int | None:
    """Bytes that are free on CUDA's device `number`; None where that cannot be told."""
    devices = cards().get("devices", ())
    try:
        nvml = nvml or library()
        handle = device_of(devices[number]["uuid"], nvml)
        return int(nvml.nvmlDeviceGetMemoryInfo(handle).free)
    except Exception:  # as above
        return None


def device_of(identity: str, nvml: Any) -> Any:
    """The device that CUDA knows by this UUID; raises NVMLError where NVML knows none."""
    try:
        return nvml.nvmlDeviceGetHandleByUUID(f"GPU-{identity}")
    except nvml.NVMLError:  # an instance of a divided GPU
        return nvml.nvmlDeviceGetHandleByUUID(f"MIG-{identity}")


def library() -> Any:
    """nvidia-ml-py, ready to be asked; raises whatever it raises where it cannot be."""
    import pynvml

    pynvml.nvmlInit()
    return pynvml


def _devices(nvml: Any) -> list[Any]:
    return [nvml.nvmlDeviceGetHandleByIndex(n) for n in range(nvml.nvmlDeviceGetCount())]
