"""What a user asks for, typed: made by a command from its options, and from Python alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from bench.domain.case import Boundary
from bench.domain.effort import DEFAULT, Effort
from bench.domain.limits import Limits
from bench.domain.outcome import Match
from bench.domain.shard import Shard
from bench.domain.target import Target
from bench.errors import UsageError

# fp16 and int8 are made of a model here. int8 has ranges of example inputs, and scales by channel;
# int8-tensor has one scale for each tensor, int8-mixed leaves the first and the last layer as they
# are, int8-dynamic takes ranges at each call, int8-reduced has weights of 7 bits, whose sums do not
# saturate; native is the runtime's own choice of number format.
Precision = Literal[
    "fp32", "fp16", "int8", "int8-tensor", "int8-mixed", "int8-dynamic", "int8-reduced", "native"
]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
QUANTISED = tuple(name for name in PRECISIONS if name.startswith("int8"))
CONVERTED: tuple[Precision, ...] = ("fp16", *QUANTISED)
# allow: keep a row whatever ran; require: some nodes must be on the provider; strict: all of them.
Placement = Literal["allow", "require", "strict"]
PLACEMENTS: tuple[Placement, ...] = get_args(Placement)
BUNDLED = ("avg", "max")  # networks that can be named, and the usual models


def checked(kind: str, word: str, allowed: Iterable[str]) -> None:
    """Raise UsageError for a word that is not allowed: what is unknown would be ignored."""
    if word not in allowed:
        raise UsageError(f"There is no {kind} '{word}'.", f"Choose one of: {', '.join(allowed)}.")


@dataclass(frozen=True, slots=True)
class Subject:
    """Which models run on which targets, and how; an empty tuple means the usual.

    The usual are both bundled networks, onnxruntime's CPU provider, each model's own batch, and as
    many threads as leave one core for the system. With `optimise` each model runs also with exact
    rewrites of its graph. A variant that loses more than `most_accuracy_drop` of its original's
    accuracy, a share of 1, is invalid. `match` says which models are compared.
    """

    models: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    batches: tuple[int, ...] = ()
    threads: tuple[int, ...] = ()
    boundary: Boundary = "host"
    precisions: tuple[Precision, ...] = ("fp32",)
    optimise: bool = False
    most_accuracy_drop: float | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    placement: Placement = "require"
    match: Match = "alike"

    def __post_init__(self) -> None:
        checked("boundary", self.boundary, get_args(Boundary))
        checked("placement", self.placement, PLACEMENTS)
        checked("match", self.match, get_args(Match))
        for precision in self.precisions:
            checked("precision", precision, PRECISIONS)
        for key, counts in (("batches", self.batches), ("threads", self.threads)):
            for count in counts:
                if type(count) is not int or count < 1:
                    raise UsageError(f"{key}={count!r} is too few.", "Use whole numbers from 1.")
        if self.most_accuracy_drop is not None and not self.makes_variants:
            raise UsageError(
                "--max-accuracy-drop judges variants, and none is asked for.",
                "Add --precision fp32,int8 or --optimize.",
            )

    @property
    def makes_variants(self) -> bool:
        """Whether other models are made of those that are named."""
        return self.optimise or not set(self.precisions).isdisjoint(CONVERTED)


@dataclass(frozen=True, slots=True)
class Feed:
    """What models are fed: a labelled data set, given inputs, or inputs made from a seed.

    `inputs` are files or folders, `dims` sizes of dynamic dimensions by name; `trusted` are
    libraries of operators by path, with their SHA-256. `metric` says which answers to a data set
    are right, as `bench.accuracy.metric` reads it; "" is the usual one.
    """

    dataset: str | None = None
    inputs: tuple[str, ...] = ()
    dims: Mapping[str, int] = field(default_factory=dict)
    seed: int = 1
    trusted: Mapping[str, str] = field(default_factory=dict)
    metric: str = ""

    def __post_init__(self) -> None:
        if type(self.seed) is not int or self.seed < 0:
            raise UsageError(f"seed={self.seed!r} is no seed.", "Use a whole number from 0.")
        if self.dataset and self.inputs:
            raise UsageError("--input and --dataset exclude each other.", "Use one of them.")


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a measurement needs to be told.

    `budget` is in seconds, some of them `spent`, as on starting the program. `limits` are those
    of each worker, `reports` is the folder in which a new one is made for the report (None: it is
    not saved), and `command` what was typed. With `anchor` a small fixed model is measured as well,
    by which other runs can be held against this one. With `wait` another run of this user on this
    machine is waited for. `shard` is the part of a plan that it is, if it is of one.
    """

    subject: Subject = field(default_factory=Subject)
    feed: Feed = field(default_factory=Feed)
    effort: Effort = DEFAULT
    budget: float | None = None
    limits: Limits = field(default_factory=Limits)
    reports: Path | None = None
    command: tuple[str, ...] = ()
    spent: float = 0.0
    anchor: bool = False
    wait: bool = True
    shard: Shard | None = None
