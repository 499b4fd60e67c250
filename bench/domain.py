"""The nouns of the project, all frozen: one word for one thing."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Boundary = Literal["host", "device", "submit"]
Status = Literal["measured", "skipped", "failed", "invalid"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output of a model: `shape` has numbers, and names for dynamic dimensions."""

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """An ONNX file and what can be read from it.

    `size` is in bytes, `sha256` of the file, `parameters` the count of numbers that training
    adjusts, `multiply_accumulates` what one item costs (0 where unknown), and `operators` how often
    each operator stands in the graph, in order of appearance. A `variant`, such as int8, was made
    here of the model called `original`; `notes` say how.
    """

    name: str
    path: str
    sha256: str = ""
    size: int = 0
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    opset: int = 0
    producer: str = ""
    parameters: int = 0
    multiply_accumulates: int = 0
    operators: Mapping[str, int] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    original: str = ""
    variant: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """One execution path of a runtime on a device, or the sentence why it cannot be used."""

    name: str
    reason: str | None = None

    @property
    def usable(self) -> bool:
        """Whether a session can be opened on it, as far as can be told without one."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a model runs: a runtime and one of its providers."""

    runtime: str
    provider: str

    @classmethod
    def parse(cls, text: str) -> "Target":
        """`runtime:provider`; a bare provider means onnxruntime's, `null` the null runtime."""
        runtime, colon, provider = text.strip().partition(":")
        if colon:
            return cls(runtime, provider)
        return cls("null", "cpu") if runtime == "null" else cls("onnxruntime", runtime)

    def __str__(self) -> str:
        return f"{self.runtime}:{self.provider}"


@dataclass(frozen=True, slots=True)
class Workload:
    """How a model is run: items a call, threads, what a timed call includes, number format.

    `precision` is fp32, or native for the runtime's own default. `options` go to the runtime, which
    refuses those that it does not know. `dims` are sizes of dynamic dimensions by name, `inputs`
    the files or folders that feed the model; what neither tells is made from the seed. `trusted`
    are libraries of operators, by path, with their SHA-256.
    """

    batch: int
    threads: int
    boundary: Boundary = "host"
    precision: str = "fp32"
    seed: int = 1
    options: Mapping[str, str] = field(default_factory=dict)
    dims: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    trusted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table."""

    model: Model
    target: Target
    workload: Workload

    @property
    def label(self) -> str:
        """A short name for messages: `avg on onnxruntime:cpu at batch 1`."""
        return f"{self.model.name} on {self.target} at batch {self.workload.batch}"


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

    `max_abs_diff` is the largest difference, `scale` the largest magnitude of the reference.
    """

    max_abs_diff: float
    scale: float


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


@dataclass(frozen=True, slots=True)
class Cold:
    """Seconds of the first steps of a fresh process, in order of their happening."""

    import_: float
    load: float
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Untimed calls before the rounds; `steady` tells whether their medians settled."""

    calls: int
    seconds: float
    steady: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A case's session in one replicate: what ran, what it cost, memory in bytes.

    `memory` is the peak resident memory by the end of each phase of the worker.
    """

    ran: Ran
    cold: Cold
    warm_up: WarmUp
    peak_rss: int
    memory: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """The seconds of single calls in one timed visit, and why it was disturbed, if it was."""

    replicate: int
    round: int
    samples: "array[float]"
    disturbed: str | None = None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Right answers on a labelled data set; differences are to the reference outputs, if any.

    `disagreements` counts items whose predicted class is not that of the reference, `not_finite`
    items with a NaN or an infinity among their scores. A variant's reference is its original, from
    which it has `gained` right answers and `lost` others.
    """

    dataset: str
    correct: int
    total: int
    max_abs_diff: float | None = None
    disagreements: int | None = None
    not_finite: int = 0
    gained: int | None = None
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A case that ran: its slots, what really ran by replicate, its accuracy and inspection."""

    case: Case
    opened: Sequence[Opened]
    slots: Sequence[Slot]
    accuracy: Accuracy | None = None
    inspection: Inspection | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A case that cannot run here, and why."""

    case: Case
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A case that was tried and broke, and why."""

    case: Case
    reason: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """A case that ran but whose outputs are wrong, and why; it carries no time."""

    case: Case
    reason: str
    accuracy: Accuracy | None = None


Outcome = Measurement | Skipped | Failed | Invalid
STATUS: Mapping[type, Status] = {
    Measurement: "measured",
    Skipped: "skipped",
    Failed: "failed",
    Invalid: "invalid",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What is saved, and all that a format sees: the outcomes and where they were measured.

    `effort` is what was aimed at, `stopped` the sentence why less was reached, if it was less.
    """

    created: str
    environment: Mapping[str, Any]
    command: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    effort: Mapping[str, Any] = field(default_factory=dict)
    stopped: str | None = None
