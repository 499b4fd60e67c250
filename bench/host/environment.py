"""The machine and the software that a report was measured with."""

import os
import platform
import sys
from datetime import UTC, datetime
from typing import Any

from bench.host.cgroup import cpu_quota
from bench.host.files import read
from bench.host.memory import physical_memory
from bench.host.packages import packages


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
    }


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
