"""The NVIDIA GPUs that CUDA shows to programs which are started here."""

import ctypes
import functools
import json
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_DEVICES = ("/dev/nvidiactl", "/dev/dxg")  # one of them is where a driver is; the latter in WSL
_DEADLINE = 30.0  # seconds; a driver that is not kept awake takes a few to start
_MAJOR, _MINOR = 75, 76  # CUdevice_attribute of cuda.h
_NAME, _UUID = 256, 16  # bytes


@functools.cache
def cards() -> Mapping[str, Any]:
    """`devices` in CUDA's own order, the newest `cuda` of the `driver`; empty where there is none.

    Of each device name, UUID, compute capability and bytes of memory. A process of its own asks,
    since a driver may take it down. What CUDA_VISIBLE_DEVICES hides is not there; an instance of a
    divided GPU has its size in its name.
    """
    if not any(Path(device).exists() for device in _DEVICES):
        return {}
    command = [sys.executable, "-P", "-m", __name__]
    try:
        asked = subprocess.run(
            command, capture_output=True, text=True, timeout=_DEADLINE, check=True
        )
        told: dict[str, Any] = json.loads(asked.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    return told if told.get("devices") else {}


def called(told: Mapping[str, Any]) -> str | None:
    """All devices in a few words, `2 × NVIDIA H200`; None where there is none."""
    names = [str(device["name"]) for device in told.get("devices", ())]
    counts = {name: names.count(name) for name in names}
    return ", ".join(f"{n} × {name}" if n > 1 else name for name, n in counts.items()) or None


def ask(driver: Any) -> dict[str, Any]:
    """What `driver`, libcuda.so.1, says of itself and its devices. Raises OSError if it refuses."""
    if code := driver.cuInit(0):
        raise OSError(f"cuInit returns {code}")
    version = written(driver.cuDriverGetVersion)  # 1000 × major + 10 × minor
    devices = [device(driver, number) for number in range(written(driver.cuDeviceGetCount))]
    return {"cuda": f"{version // 1000}.{version % 1000 // 10}", "devices": devices}


def device(driver: Any, number: int) -> dict[str, Any]:
    """Device `number` of a driver that was started."""
    name, identity = ctypes.create_string_buffer(_NAME), ctypes.create_string_buffer(_UUID)
    memory = ctypes.c_size_t(0)
    driver.cuDeviceGetName(name, _NAME, number)
    # The second version tells the instances of a divided GPU apart, which have one card's UUID.
    driver.cuDeviceGetUuid_v2(identity, number)
    driver.cuDeviceTotalMem_v2(ctypes.byref(memory), number)
    capability = (written(driver.cuDeviceGetAttribute, it, number) for it in (_MAJOR, _MINOR))
    return {
        "name": name.value.decode(),
        "uuid": str(uuid.UUID(bytes=identity.raw)),
        "compute_capability": ".".join(map(str, capability)),
        "memory": memory.value,
    }


def written(ask: Callable[..., object], *arguments: int) -> int:
    """What a function of CUDA writes through its first argument; 0 where it fails."""
    answer = ctypes.c_int(0)
    ask(ctypes.byref(answer), *arguments)
    return answer.value


def driver_version(text: str) -> str | None:
    """From /proc/driver/nvidia/version: "NVRM version: … Kernel Module  580.65.06  Release …"."""
    version = re.search(r"\s(\d+\.\d+(?:\.\d+)?)\s", text.partition("\n")[0])
    return version[1] if version else None


def main() -> None:
    """Print what there is as JSON."""
    from bench.host.files import read

    told = ask(ctypes.CDLL("libcuda.so.1"))
    print(json.dumps({"driver": driver_version(read("/proc/driver/nvidia/version")), **told}))


if __name__ == "__main__":
    main()
