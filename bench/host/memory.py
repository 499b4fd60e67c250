"""How much memory a process uses and may use here."""

import os
import resource

from bench.host.cgroup import memory_limit
from bench.host.files import Read, read


def peak() -> int:
    """Bytes of this process's largest resident memory; ru_maxrss is in kibibytes (getrusage(2))."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def physical_memory() -> int:
    """Bytes of the machine's main memory (sysconf(3))."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def usable_memory(files: Read = read) -> int:
    """Bytes that a process may use: the machine's, or a cgroup's limit where that is lower."""
    return min(physical_memory(), memory_limit(files) or physical_memory())


def available_memory(files: Read = read) -> int:
    """Bytes that can be used without swapping (proc_meminfo(5)), within a cgroup's limit."""
    for line in files("/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return min(int(line.split()[1]) * 1024, usable_memory(files))
    return usable_memory(files)
