"""Which CPUs are cores of their own, and how many of them a session takes unless it is told."""

import contextlib
import math
import os
from collections.abc import Collection, Sequence

from bench.host.cgroup import cpu_quota
from bench.host.files import Read, listed, read

_CPU = "/sys/devices/system/cpu/cpu{}"


def usable() -> list[int]:
    """The CPUs of this process's affinity mask."""
    return sorted(os.sched_getaffinity(0))


def move(process: int, cpus: Collection[int]) -> None:
    """Let all threads of a process run on these CPUs alone (sched_setaffinity(2)).

    A thread that has ended meanwhile is none of them; one that may not be moved stays.
    """
    for thread in listed(f"/proc/{process}/task"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(int(thread), cpus)


def usual_threads(usable: Sequence[int], files: Read = read) -> int:
    """One less than there are cores, within the cgroup's quota, and at least one.

    The core that is left is for the system and for this program: where a session takes all, their
    work makes one of its threads wait, and the others wait for that one.
    """
    quota = cpu_quota(files)
    count = len(cores(usable, files))
    return max(1, (count if quota is None else min(count, math.floor(quota))) - 1)


def places(usable: Sequence[int], threads: int, files: Read = read) -> list[int]:
    """The CPUs on which sessions of so many threads take turns: one of each core, if they suffice.

    Two threads on the siblings of one core slow each other, and cores of different kinds would make
    a session's threads wait for the slowest.
    """
    chosen = cores(usable, files)
    return chosen if threads <= len(chosen) else list(usable)


def cores(usable: Sequence[int], files: Read = read) -> list[int]:
    """The first usable CPU of each core; where there are fast and slow cores, of the fast ones."""
    first: dict[str, int] = {}
    for cpu in _fast(usable, files):
        # Where the kernel tells of no siblings, every CPU is taken for a core.
        siblings = files(f"{_CPU.format(cpu)}/topology/thread_siblings_list").strip()
        first.setdefault(siblings or str(cpu), cpu)
    return list(first.values())


def _fast(usable: Sequence[int], files: Read) -> list[int]:
    """Intel lists its efficient cores, Arm gives each CPU a capacity (both in sysfs)."""
    efficient = _listed(files("/sys/devices/cpu_atom/cpus"))
    capacities = {cpu: files(f"{_CPU.format(cpu)}/cpu_capacity").strip() for cpu in usable}
    known = {cpu: int(text) for cpu, text in capacities.items() if text.isdigit()}
    most = max(known.values(), default=0)
    fast = [cpu for cpu in usable if cpu not in efficient and known.get(cpu, most) == most]
    return fast or list(usable)


def _listed(text: str) -> set[int]:
    """`0-3,8` as numbers."""
    listed: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if first.isdigit():
            listed |= set(range(int(first), int(last or first) + 1))
    return listed
