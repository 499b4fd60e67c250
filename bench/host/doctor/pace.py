"""What changes the pace of a CPU: governor, turbo, other load, a hypervisor."""

import os
from dataclasses import dataclass

from bench.host.disturbance import MOST_LOST
from bench.host.doctor.check import Check
from bench.host.files import Read, read

# Above this share of the CPUs, a thread often shares its core, its caches or its power budget.
# A judgement: the slots of a run tell what was really lost.
MOST_BUSY = 0.25

_CPUS = "/sys/devices/system/cpu"
_NOT_TOLD = "This kernel does not report it, as in most virtual machines."


@dataclass(frozen=True, slots=True)
class Moment:
    """The load average of the last minute, and ticks stolen and in all on the usable CPUs."""

    load: float | None
    stolen: int
    total: int


def moment(files: Read = read) -> Moment:
    """Readings of now (proc(5): /proc/loadavg, /proc/stat)."""
    words = files("/proc/loadavg").split()
    ours = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    lines = [line.split() for line in files("/proc/stat").splitlines()]
    ticks = [[int(text) for text in f[1:9]] for f in lines if len(f) > 8 and f[0] in ours]
    return Moment(
        load=float(words[0]) if words else None,
        stolen=sum(fields[7] for fields in ticks),
        total=sum(map(sum, ticks)),
    )


def checks(
    before: Moment, after: Moment, files: Read = read, cpus: int | None = None
) -> list[Check]:
    """Governor and turbo of now, the load `before`, and what was stolen between the two moments."""
    return [
        _governor(files),
        _turbo(files),
        _load(before.load, cpus or os.cpu_count() or 1),
        _steal(before, after),
    ]


def _governor(files: Read) -> Check:
    governors = {
        text
        for number in os.sched_getaffinity(0)
        if (text := files(f"{_CPUS}/cpu{number}/cpufreq/scaling_governor").strip())
    }
    if not governors:
        return Check("governor", "not applicable", _NOT_TOLD)
    if governors == {"performance"}:
        return Check("governor", "ok", "performance on every usable CPU.")
    return Check(
        "governor",
        "warning",
        f"{', '.join(sorted(governors))}: the clock follows the load, and short calls run slower.",
        "sudo cpupower frequency-set -g performance",
    )


def _turbo(files: Read) -> Check:
    off = files(f"{_CPUS}/intel_pstate/no_turbo").strip()
    boost = files(f"{_CPUS}/cpufreq/boost").strip()
    if not off and not boost:
        return Check("turbo", "not applicable", _NOT_TOLD)
    if off == "1" or (not off and boost == "0"):
        return Check("turbo", "ok", "Off: the clock does not depend on temperature.")
    command = (
        f"echo 1 | sudo tee {_CPUS}/intel_pstate/no_turbo"
        if off
        else f"echo 0 | sudo tee {_CPUS}/cpufreq/boost"
    )
    sentence = "On: the clock depends on temperature and on what the other cores do."
    return Check("turbo", "warning", sentence, command)


def _load(load: float | None, cpus: int) -> Check:
    if load is None:
        return Check("load", "not applicable", "This kernel does not report it.")
    sentence = f"{load:.2f} on {cpus} CPUs in the last minute"
    if load > MOST_BUSY * cpus:
        return Check("load", "warning", f"{sentence}.", "Close other programs: `top` lists them.")
    return Check("load", "ok", f"{sentence}.")


def _steal(before: Moment, after: Moment) -> Check:
    ticks = after.total - before.total
    if ticks <= 0:
        return Check("steal", "not applicable", "This kernel does not report it.")
    share = (after.stolen - before.stolen) / ticks
    sentence = f"The hypervisor took {100 * share:.1f} % of the CPUs' time during these checks."
    if share > MOST_LOST:
        return Check(
            "steal", "warning", sentence, "Measure on a machine whose CPUs are not shared."
        )
    return Check("steal", "ok", sentence)
