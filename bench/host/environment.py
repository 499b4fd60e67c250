"""The machine and the software that a report was measured with."""

import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bench.host.cards import called, cards
from bench.host.cgroup import cpu_quota
from bench.host.files import read
from bench.host.memory import physical_memory
from bench.host.packages import packages

# Beginnings of the names of variables that CUDA, its libraries and onnxruntime read.
VARIABLES = ("NVIDIA_TF32_OVERRIDE", "CUDA_", "CUBLAS_", "CUDNN_", "ORT_")


def environment() -> dict[str, Any]:
    """What is known without importing a runtime: sizes in bytes, CPUs as numbers."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "cpu": cpu_model(),
        "cpus": os.cpu_count(),
        "usable_cpus": usable_cpus(),
        "cpu_quota": cpu_quota(),
        "memory": physical_memory(),
        "load": round(os.getloadavg()[0], 2),
        "governor": read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").strip() or None,
        "python": sys.version.split()[0],
        "packages": packages(),
        **_of_cuda(cards()),
        **_variables(os.environ),
    }


def _of_cuda(told: Mapping[str, Any]) -> dict[str, Any]:
    """The GPUs in words, which make a machine, and each of them; nothing where there is none."""
    return {"gpu": called(told), "gpus": dict(told)} if told else {}


def _variables(environment: Mapping[str, str]) -> dict[str, Any]:
    """What is set that changes how runtimes compute; of paths only that they are set."""
    chosen = {
        name: "set" if "/" in value else value
        for name, value in sorted(environment.items())
        if name.startswith(VARIABLES)
    }
    return {"variables": chosen} if chosen else {}


def now() -> str:
    """The present time in UTC, ISO 8601 with seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def cpu_model() -> str:
    """The processor's name as the kernel gives it."""
    for line in read("/proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def usable_cpus() -> int:
    """CPUs that this process may use: its affinity mask, capped by the cgroup's quota."""
    allowed = len(os.sched_getaffinity(0))
    quota = cpu_quota()
    return allowed if quota is None else max(1, min(allowed, int(quota)))
