"""What this process's cgroup, and those above it, allow: time of CPUs and memory."""

from collections.abc import Iterator

from bench.host.files import Read, read

_NO_LIMIT = 2**62  # bytes; what cgroup v1 says without a limit is the largest page-aligned number
_CGROUPS = "/sys/fs/cgroup"


def cpu_quota(files: Read = read) -> float | None:
    """CPUs' worth of time that the cgroup (v2 or v1) or one above it allows, None for no limit."""
    quotas = []
    for folder in _folders(files, "cpu"):
        limit, _, period = files(f"{folder}/cpu.max").strip().partition(" ")
        if not limit:
            limit = files(f"{folder}/cpu.cfs_quota_us").strip()
            period = files(f"{folder}/cpu.cfs_period_us").strip()
        if limit.isdigit() and period.isdigit():  # "max" and -1 are no limit
            quotas.append(int(limit) / int(period))
    return min(quotas, default=None)


def memory_limit(files: Read = read) -> int | None:
    """Bytes that the cgroup (v2 or v1) or one above it allows, None for no limit."""
    limits = []
    for folder in _folders(files, "memory"):
        text = files(f"{folder}/memory.max") or files(f"{folder}/memory.limit_in_bytes")
        if text.strip().isdigit() and int(text) < _NO_LIMIT:
            limits.append(int(text))
    return min(limits, default=None)


def _folders(files: Read, controller: str) -> Iterator[str]:
    """The folders of this process's cgroup and of those above it (cgroups(7))."""
    for line in files("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = f"{_CGROUPS}/{controller}" if controllers else _CGROUPS
        path = path.rstrip("/")
        while path:
            yield root + path
            path = path.rpartition("/")[0]
        yield root
