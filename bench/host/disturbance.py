"""What the operating system took from a worker during a timed slot."""

import os
import resource
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

# A slot that lost more than this share of its time to others says little about the model.
MOST_LOST = 0.05
_TICK = 1.0 / os.sysconf("SC_CLK_TCK")  # seconds


@dataclass(frozen=True, slots=True)
class Counters:
    """Readings at one moment, in seconds or counts since some start."""

    wall: float
    cpu: float
    queued: float
    stolen: float
    throttled: float
    involuntary: int


# Seconds in which steal is seen: two ticks, one more than the counter's resolution, are MOST_LOST
# of it. A slot may be eighty times shorter.
STEAL_WINDOW = 2 * _TICK / MOST_LOST
_LONGEST_GAP = 4 * STEAL_WINDOW  # between slots; what was stolen before a longer one is long over


class Trail:
    """The readings before a worker's slots, back to where steal can be seen.

    Between its slots other workers run on the same CPUs: what is stolen from them counts too, so
    that it disturbs all rows alike.
    """

    def __init__(self) -> None:
        self._readings: deque[Counters] = deque()

    def since(self, before: Counters) -> Counters:
        """The latest reading that is STEAL_WINDOW older than this one, or else the oldest."""
        if self._readings and before.wall - self._readings[-1].wall > _LONGEST_GAP:
            self._readings.clear()
        self._readings.append(before)
        while before.wall - self._readings[min(1, len(self._readings) - 1)].wall >= STEAL_WINDOW:
            self._readings.popleft()
        return self._readings[0]


def read() -> Counters:
    """Counters of this process (all threads) and of the machine, where the kernel has them."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Counters(
        wall=time.monotonic(),
        cpu=usage.ru_utime + usage.ru_stime,
        queued=_queued(),
        stolen=_stolen(),
        throttled=_throttled(),
        involuntary=usage.ru_nivcsw,
    )


def judge(
    before: Counters, after: Counters, threads: int, since: Counters | None = None
) -> str | None:
    """Why the time between two readings was disturbed, or None when it was not.

    Steal is judged from the reading `since` on, by default from `before`: its counter has ticks of
    10 ms, so that a slot of 5 ms alone would never show any.
    """
    wall = max(after.wall - before.wall, 1e-9)
    queued = (after.queued - before.queued) / (wall * threads)
    if after.throttled > before.throttled:
        return "throttled by the cgroup's CPU quota"
    if queued > MOST_LOST:
        return f"waited for a CPU {100 * queued:.0f} % of the slot"
    if since is None or wall >= STEAL_WINDOW:
        since = before
    stolen = after.stolen - since.stolen
    seconds = max(after.wall - since.wall, 1e-9)
    share = stolen / (seconds * len(os.sched_getaffinity(0)))
    if stolen > 1.5 * _TICK and share > MOST_LOST:  # one tick is within the counter's resolution
        return f"the hypervisor took {100 * share:.0f} % of {seconds:.2g} s"
    return None


def runnable_threads() -> int:
    """Threads of this process that run or wait for a CPU (state R in /proc/self/task; proc(5))."""
    states = (_text(task / "stat").rpartition(") ")[2] for task in _listed(Path("/proc/self/task")))
    return sum(state.startswith("R") for state in states)


def _queued() -> float:
    """Seconds that threads were runnable without a CPU (field 2 of schedstat, nanoseconds).

    Source: Documentation/scheduler/sched-stats.rst of the Linux kernel.
    """
    total = 0
    for task in _listed(Path("/proc/self/task")):
        fields = _text(task / "schedstat").split()
        total += int(fields[1]) if len(fields) == 3 else 0
    return total * 1e-9


def _stolen() -> float:
    """Seconds stolen by the hypervisor on this process's CPUs (field 8 of `cpuN`; proc(5))."""
    ours = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    lines = (line.split() for line in _text(Path("/proc/stat")).splitlines())
    return _TICK * sum(int(f[8]) for f in lines if len(f) > 8 and f[0] in ours)


def _throttled() -> float:
    """Seconds throttled by this cgroup's quota (cgroup v2 cpu.stat, microseconds)."""
    for line in _text(Path("/sys/fs/cgroup/cpu.stat")).splitlines():
        if line.startswith("throttled_usec "):
            return int(line.split()[1]) * 1e-6
    return 0.0


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""  # not this kernel or container; the counter then never moves
