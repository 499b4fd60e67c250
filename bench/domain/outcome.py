"""What became of each case, and the report of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.domain.case import Case
from bench.domain.ran import Inspection, Opened
from bench.domain.shard import Shard
from bench.domain.slots import Slot, Slots

Status = Literal["measured", "skipped", "failed", "invalid"]
# Which models are compared: those whose inputs have the same names, types and shapes, or any.
Match = Literal["alike", "any"]
REGRESSION = "regression"  # the metric that holds numbers against targets
# The largest number of these, and the variances of targets: their squares and ratios are numbers.
FARTHEST, VARIANCES = 1e100, (1e-100, 1e200)


@dataclass(frozen=True, slots=True)
class Errors:
    """How far the numbers that a model gives are from the targets of a data set.

    `mean` absolute and `root_mean_square` errors are in the targets' unit, `variance` is the mean
    square of the targets about their means. `squares` holds the mean squared error of each item, as
    `bench.accuracy.paired.packed_numbers` writes it. A variant's `original` has this root mean
    square error.
    """

    mean: float
    root_mean_square: float
    variance: float
    squares: str
    original: float | None = None

    @property
    def r2(self) -> float:
        """The share of the targets' variance that is told, at most 1; negative for a bad guess."""
        return 1 - self.root_mean_square**2 / self.variance

    @property
    def original_r2(self) -> float | None:
        """The same of a variant's original."""
        return None if self.original is None else 1 - self.original**2 / self.variance


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Right answers on a labelled data set; differences are to the reference outputs, if any.

    `disagreements` counts items whose predicted class is not that of the reference, `not_finite`
    items with a NaN or an infinity among their scores. A variant's reference is its original, from
    which it has `gained` right answers and `lost` others; it is `constant` where all its answers
    are the same and those of the original are not.

    `metric` is how right answers were counted, `answers` how many different ones were given (None
    where not known), `remarks` sentences on what was taken for what, and `right` which items are
    right, as `bench.accuracy.paired.packed` writes it ("" in reports of earlier releases). Where
    numbers are held against targets there are `errors` in the place of `correct` answers.
    """

    dataset: str
    correct: int | None
    total: int
    max_abs_diff: float | None = None
    disagreements: int | None = None
    not_finite: int = 0
    gained: int | None = None
    lost: int | None = None
    constant: bool = False
    metric: str = "top1"
    answers: int | None = None
    remarks: tuple[str, ...] = ()
    right: str = ""
    errors: Errors | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A case that ran: its slots, what really ran by replicate, its accuracy and inspection.

    `missing` says what could not be learned of it beyond that, and why: `replicates` where it has
    fewer of them than were measured, `checks` where there was no time to check its outputs.
    """

    case: Case
    opened: Sequence[Opened]
    slots: Slots
    accuracy: Accuracy | None = None
    inspection: Inspection | None = None
    missing: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        slots: Sequence[Slot] = self.slots
        if not isinstance(slots, Slots):  # of a caller who has them in another sequence
            object.__setattr__(self, "slots", Slots.of(slots))


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
    `match` is what was asked for, "alike" in reports of earlier releases.
    `damage` are sentences about what was left out, since the file is not what was written.
    `shard` is the part of a plan that it is of, if it is of one.
    """

    created: str
    environment: Mapping[str, Any]
    command: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    effort: Mapping[str, Any] = field(default_factory=dict)
    stopped: str | None = None
    match: Match = "alike"
    damage: tuple[str, ...] = ()
    shard: Shard | None = None
