"""Instructions and cycles of this process, where the kernel lets it count them."""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Event = Literal["instructions", "cycles"]
Open = Callable[[int, int], int]  # a descriptor for an event's type and number; OSError

# perf_event_open(2) and linux/perf_event.h.
EVENTS: Mapping[Event, tuple[int, int]] = {"instructions": (0, 1), "cycles": (0, 0)}
_CALL = {"x86_64": 298, "aarch64": 241}
_SIZE = 64  # bytes of the first version of struct perf_event_attr, which every kernel takes
_INHERIT, _NO_KERNEL, _NO_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_TIMES = 1 | 2  # read_format: for how long it was wanted, and for how long it was counted
_CLOSE_ON_EXEC = 8


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts events from its start on, also in threads that are started later; maybe none."""

    descriptors: Mapping[Event, int] = field(default_factory=dict)

    def read(self) -> dict[Event, float]:
        """Events so far: extrapolated where there are fewer counters than things to count."""
        counts: dict[Event, float] = {}
        for event, descriptor in self.descriptors.items():
            value, wanted, counted = struct.unpack("QQQ", os.read(descriptor, 24))
            if counted:
                counts[event] = value * wanted / counted
        return counts


def begin(opened: Open | None = None) -> Counting:
    """Start to count what this process does outside of the kernel; nothing where it must not."""
    descriptors: dict[Event, int] = {}
    for event, (kind, number) in EVENTS.items():
        try:
            descriptors[event] = (opened or _open)(kind, number)
        except OSError:
            continue
    return Counting(descriptors)


def refusal(opened: Open | None = None) -> tuple[str, str] | None:
    """Why events cannot be counted here, and what to do, if anything; None where they can be."""
    try:
        for kind, number in EVENTS.values():
            os.close((opened or _open)(kind, number))
    except OSError as error:
        return _told(error)
    return None


def per_call(
    before: Mapping[Event, float], after: Mapping[Event, float], calls: int
) -> dict[str, float]:
    """Of one call, of those events that both readings have and that did happen."""
    counts = {event: (after[event] - before[event]) / calls for event in before if event in after}
    return {str(event): round(count, 1) for event, count in counts.items() if count > 0}


def _open(kind: int, number: int) -> int:
    call = _CALL.get(platform.machine())
    if platform.system() != "Linux" or call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    flags = _INHERIT | _NO_KERNEL | _NO_HYPERVISOR
    fields = struct.pack("IIQQQQQ", kind, _SIZE, number, 0, 0, _TIMES, flags)
    attributes = ctypes.create_string_buffer(fields, _SIZE)
    library = ctypes.CDLL(None, use_errno=True)
    # Of this process, on whichever CPU, in no group.
    descriptor = library.syscall(call, attributes, 0, -1, -1, _CLOSE_ON_EXEC)
    if descriptor < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(descriptor)


def _told(error: OSError) -> tuple[str, str]:
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            "The kernel does not let users count them.",
            "sudo sysctl kernel.perf_event_paranoid=2; in a container also --cap-add PERFMON.",
        )
    if error.errno in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENODEV):
        return "This machine has no counters for them, as most virtual ones.", ""
    return f"They cannot be counted: {error.strerror}.", ""
