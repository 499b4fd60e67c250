"""What a profiled run shows of every kernel; kept apart from what is timed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel of a call: seconds are the mean over the calls, `moved` bytes in and out.

    `name` is the runtime's own, after fusion; the runtime may know whole microseconds only, and
    need not know the bytes. `index` is that of the node in the file, where the runtime keeps it.
    """

    name: str
    operator: str
    provider: str
    seconds: float
    moved: int | None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Kernels in the order of a call, with the median seconds of calls with and without tracing."""

    kernels: Sequence[Kernel]
    traced: float
    plain: float
