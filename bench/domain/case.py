"""What is measured: a model, on a target, with a workload."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.domain.target import Target

Boundary = Literal["host", "device", "submit"]
# An anchor is beside the contenders only so that runs can be held against each other by it.
Role = Literal["contender", "anchor"]
# Where the size of a dynamic dimension is from: asked for, or the batch; a guess by its name; found
# by trial, or found to be the only one, since a call with twice as many failed.
Origin = Literal["asked", "batch", "guess", "trial", "only"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output of a model: `shape` has numbers, and names for dynamic dimensions."""

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """An ONNX file and what can be read from it.

    `size` is in bytes, `sha256` of the file and of `weights`, the files that hold its weights: the
    paths from its folder with the bytes read of each (0: all). `opset` is that of ONNX's own
    operators, `opsets` those by domain. `parameters` is the count of numbers that training adjusts,
    `multiply_accumulates` what one item costs (None where unknown), and `operators` how often each
    operator stands in the graph, in order of appearance. A `variant`, such as int8, was made here
    of the model called `original`; `notes` say how.
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
    multiply_accumulates: int | None = None
    operators: Mapping[str, int] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    original: str = ""
    variant: str = ""
    notes: tuple[str, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    ir_version: int = 0
    opsets: Mapping[str, int] = field(default_factory=dict)


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
class Workload:
    """How a model is run: items a call, threads, what a timed call includes, number format.

    `precision` is fp32, fp16 or int8 where the model was converted, or native for the runtime's own
    choice. `options` go to the runtime, which refuses those that it does not know. `dims` are the
    sizes of dynamic dimensions that were asked for, by name, `inputs` the files or folders that
    feed the model; what neither tells is made from the seed. `trusted` are libraries of operators,
    by path, with their SHA-256.
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

    @property
    def native(self) -> bool:
        """Whether the runtime may compute float32 in another number format, as bfloat16 or TF32."""
        return self.precision == "native"


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table.

    `sizes` holds every dynamic dimension of the inputs by name, and `origins` who chose it; they
    are empty for a model that could not be read, and in reports of earlier releases. `values` say
    by input what made-up numbers are drawn from, as `bench.models.feed.values` encodes it; it is
    None where whoever makes them looks into the file.
    """

    model: Model
    target: Target
    workload: Workload
    sizes: Mapping[str, int] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] | None = None
    role: Role = "contender"

    @property
    def options(self) -> Mapping[str, str]:
        """All that the runtime is told: the workload's options, then those of the target."""
        device = {"device": self.target.device} if self.target.device else {}
        return {**self.workload.options, **dict(self.target.options), **device}

    @property
    def label(self) -> str:
        """A short name for messages: `avg on onnxruntime:cpu at batch 1`."""
        return f"{self.model.name} on {self.target} at batch {self.workload.batch}"
