"""What the cgroup and the scheduler allow: CPUs, their time, memory."""

import os
from collections.abc import Callable

from bench.host.cgroup import cpu_quota, memory_limit
from bench.host.doctor.check import Check
from bench.host.files import Read, read

# A worker takes half of this with PyTorch imported and nothing done (505 MiB, 2.14 on x86-64),
# and every case of a table has a worker.
LEAST_MEMORY = 2**30  # bytes


def checks(
    files: Read = read,
    cpus: int | None = None,
    allowed: Callable[[], set[int]] = lambda: os.sched_getaffinity(0),
) -> list[Check]:
    """CPU quota against usable CPUs, affinity against the machine's, memory against its limit."""
    usable = allowed()
    return [
        _quota(files, len(usable)),
        _affinity(usable, cpus or os.cpu_count() or 1),
        _memory(files),
    ]


def _quota(files: Read, usable: int) -> Check:
    quota = cpu_quota(files)
    if not files("/proc/self/cgroup"):
        return Check("CPU quota", "not applicable", "The kernel has no cgroups.")
    if quota is None:
        return Check("CPU quota", "ok", "No cgroup limits CPU time.")
    if quota >= usable:
        return Check("CPU quota", "ok", f"The cgroup allows {quota:g} CPUs, {usable} are usable.")
    return Check(
        "CPU quota",
        "warning",
        f"The cgroup allows the time of {quota:g} of {usable} CPUs and pauses what takes more.",
        f"bench run --threads {max(1, int(quota))}, or start the container with more --cpus.",
    )


def _affinity(usable: set[int], cpus: int) -> Check:
    which = f"{len(usable)} of {cpus} CPUs are usable"
    if len(usable) == 1:
        sentence = f"{which}: anything else that runs takes time from the model."
        hint = "Check with `taskset -p $$`; allow two or more CPUs."
        return Check("CPU affinity", "warning", sentence, hint)
    return Check("CPU affinity", "ok", f"{which}.")


def _memory(files: Read) -> Check:
    sizes = {
        line.partition(":")[0]: int(line.split()[1]) * 1024  # kB are KiB here (proc(5))
        for line in files("/proc/meminfo").splitlines()
        if line.startswith(("MemTotal:", "MemAvailable:"))
    }
    if len(sizes) < 2:
        return Check("memory", "not applicable", "This kernel does not report it.")
    free, limit = sizes["MemAvailable"], memory_limit(files)
    sentence = f"{_gibibytes(free)} of {_gibibytes(sizes['MemTotal'])} are available"
    if limit is not None:
        sentence += f", the cgroup allows {_gibibytes(limit)}"
    if min(free, limit or free) < LEAST_MEMORY:
        hint = (
            "Close other programs, start the container with more --memory, or measure fewer rows."
        )
        return Check("memory", "warning", f"{sentence}.", hint)
    return Check("memory", "ok", f"{sentence}.")


def _gibibytes(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"
