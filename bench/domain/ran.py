"""What really ran: read back from sessions, never from the request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Timed = Literal["work", "launch"]
Alone = Literal["", "row", "kernels", "witness", "all", "release"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What was read back from an open session: nodes by provider, options, versions.

    `expected` is the runtime's own name of the provider that was asked for, "" where a runtime has
    but one; `elsewhere` names the nodes that are not on it. `operators` counts the nodes as they
    were placed, by operator; a runtime may fuse some of them later.
    """

    providers: Mapping[str, int]
    options: Mapping[str, str]
    runtime_version: str
    threads: int
    precision: str
    operators: Mapping[str, int] = field(default_factory=dict)
    expected: str = ""
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel of a call: seconds are the mean over the calls, `moved` bytes in and out.

    `name` is the runtime's own, after fusion; the runtime may know whole microseconds only, and
    need not know the bytes. `index` is that of the node in the file, where the runtime keeps it;
    `parameters` are the bytes in `moved` that it says are weights.
    """

    name: str
    operator: str
    provider: str
    seconds: float
    moved: int | None
    index: int | None = None
    parameters: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """Kernels in the order of a call, with the mean seconds of calls with and without tracing.

    `timed` says what the seconds of a kernel are: its work, or its launch on a device that does the
    work later.
    """

    kernels: Sequence[Kernel]
    traced: float
    plain: float
    timed: Timed = "work"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a short profiled run showed, apart from the timed one.

    `kernel_time` is the share of time by provider, 0–1; `kernels` counts what a call launches, of
    which `copies` move data between devices. `operators` are seconds of a call by operator, of the
    nodes that are left after fusion.
    """

    kernel_time: Mapping[str, float]
    kernels: int
    copies: int
    operators: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far outputs are from a reference on inputs that were not timed.

    `max_abs_diff` is the largest difference of real numbers, `scale` the largest magnitude of the
    reference's. Of `places` that hold integers (classes, indices, counts) `differing` differ;
    `unsettled` is the share of them that changes in the reference itself when inputs move by
    0.1 %. Outputs are `stale` where they stayed the same and the reference's did not, and
    `not_finite` where no number in them is finite.
    """

    max_abs_diff: float
    scale: float
    differing: int = 0
    places: int = 0
    unsettled: float = 0.0
    stale: bool = False
    not_finite: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """A third library that answered the inputs by which a row was held against a reference.

    `alone` says who is far from both others: the row, the reference's kernels, the witness, all of
    the three, or "" for nobody. It is "release" where a row of another release of onnxruntime and
    the kernels of that release are far from the onnxruntime beside bench. Outputs of those who
    disagree differ by up to `max_abs_diff`, where they reach `scale`.
    """

    target: str
    alone: Alone
    max_abs_diff: float
    scale: float


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a worker had in its process: versions of packages, libraries with their SHA-256.

    `inherited` are settings from its environment that change how a model runs, by name.
    """

    python: str
    packages: Mapping[str, str]
    libraries: Mapping[str, str]
    inherited: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was learned from a session after its timed rounds; None or empty where it cannot be.

    `parts` are seconds of one call's copies and computation, `cached_load` those to open the model
    again from the runtime's compile cache.
    """

    profile: Profile | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    agreement: Agreement | None = None
    cached_load: float | None = None
    loaded: Loaded | None = None
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Cold:
    """Seconds of the first steps of a fresh process, in order of their happening."""

    import_: float
    load: float
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Untimed calls before the rounds; `steady` tells whether their medians settled.

    It is None where calls take too long for two windows of them, so that it was not assessed.
    """

    calls: int
    seconds: float
    steady: bool | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A case's session in one replicate: what ran, what it cost, memory in bytes.

    `memory` is the peak resident memory by the end of each phase of the worker, `inputs` the digest
    of what was fed, "" in older reports.
    """

    ran: Ran
    cold: Cold
    warm_up: WarmUp
    peak_rss: int
    memory: Mapping[str, int] = field(default_factory=dict)
    inputs: str = ""

    @property
    def start(self) -> float:
        """Seconds of a fresh process before its first slot."""
        cold = self.cold
        return cold.import_ + cold.load + cold.first + cold.second + self.warm_up.seconds
