"""The timed slots of a row: as many as a large report has are kept as columns."""

import itertools
import operator
import statistics
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, overload

Column = Literal["round", "calls", "median", "mean"]
CODES: Mapping[Column, str] = {"round": "q", "calls": "q", "median": "d", "mean": "d"}  # of arrays
ROUNDS = 2**32  # more than a replicate can have
Place = int  # of a slot, one number to be found by: its replicate times ROUNDS, and its round


class Summarised(Sequence[float]):
    """Samples whose `median` and `mean` are known, so that they need not be read for these."""

    median: float
    mean: float


@dataclass(frozen=True, slots=True)
class Tail:
    """A percentile of all samples of a row: seconds with their bounds, None for too few samples.

    `n` is how many independent ones they are worth.
    """

    fraction: float
    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def ends(self) -> tuple[float | None, ...]:
        """The value and its bounds."""
        return self.value, self.low, self.high


@dataclass(frozen=True, slots=True)
class Slot:
    """The seconds of single calls in one timed visit, and why it was disturbed, if it was.

    `counted` are events of one call, `instructions` and `cycles`, where the kernel counts them.
    `gpu` is what an NVIDIA GPU said at its end: `clock` in Hz, `reasons` of NVML as bits, `power`
    in watts, `temperature` in degrees Celsius; empty elsewhere. `median` and `mean` are those of
    the samples, worked out once: every ratio and every time is made of them.
    """

    replicate: int
    round: int
    samples: "array[float] | Summarised"
    disturbed: str | None = None
    counted: Mapping[str, float] = field(default_factory=dict)
    gpu: Mapping[str, float] = field(default_factory=dict)
    median: float = field(init=False, compare=False)
    mean: float = field(init=False, compare=False)

    def __post_init__(self) -> None:
        samples = self.samples
        if isinstance(samples, array):  # asked first: of an abstract class it takes long to tell
            median = statistics.median(samples) if samples else 0.0
            mean = statistics.fmean(samples) if samples else 0.0
        else:
            median, mean = samples.median, samples.mean
        object.__setattr__(self, "median", median)
        object.__setattr__(self, "mean", mean)

    @property
    def calls(self) -> int:
        """How many samples it has."""
        return len(self.samples)


class Series(Sequence[Slot]):
    """The slots of a row in one replicate, by round."""

    __slots__ = ()
    replicate: int

    @abstractmethod
    def column(self, name: Column) -> "array[Any]":
        """By slot: its `round`, how many `calls` it has, or seconds, `median` or `mean`."""

    @abstractmethod
    def told(self) -> Sequence[Slot]:
        """Those that may have more than samples; all others have been checked, and have not."""

    @abstractmethod
    def moved(self, by: int) -> "Series":
        """As if `by` replicates more had been measured before."""


class Measured(Series):
    """Slots that a run has at hand."""

    __slots__ = ("_slots", "replicate")

    def __init__(self, slots: Sequence[Slot]) -> None:
        """`slots` are of one replicate, one at least."""
        self._slots = tuple(slots)
        self.replicate = slots[0].replicate

    def __len__(self) -> int:
        return len(self._slots)

    @overload
    def __getitem__(self, place: int) -> Slot: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Slot]: ...
    def __getitem__(self, place: int | slice) -> Slot | Sequence[Slot]:
        return self._slots[place]

    def column(self, name: Column) -> "array[Any]":
        """As of any series."""
        of_slot = operator.attrgetter(name)
        return array(CODES[name], map(of_slot, self._slots))

    def told(self) -> Sequence[Slot]:
        """All of them."""
        return self._slots

    def moved(self, by: int) -> Series:
        """The same samples in later or earlier replicates."""
        return Measured([replace(slot, replicate=slot.replicate + by) for slot in self._slots])


class Slots(Sequence[Slot]):
    """The slots of a row, by replicate and round; what all ratios ask of them is kept.

    `tails` are percentiles of all their samples, where these were put aside, else empty.
    """

    def __init__(self, series: Iterable[Series], tails: Sequence[Tail] = ()) -> None:
        self.series = tuple(series)
        self.tails = tails

    @classmethod
    def of(cls, slots: Iterable[Slot]) -> "Slots":
        """Of slots in the order of their rounds."""
        replicate = operator.attrgetter("replicate")
        by_replicate = itertools.groupby(sorted(slots, key=replicate), replicate)
        return cls(Measured(tuple(own)) for _, own in by_replicate)

    def __len__(self) -> int:
        return sum(map(len, self.series))

    @overload
    def __getitem__(self, place: int) -> Slot: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Slot]: ...
    def __getitem__(self, place: int | slice) -> Slot | Sequence[Slot]:
        return self._all[place]

    def __iter__(self) -> Iterator[Slot]:
        return itertools.chain.from_iterable(self.series)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slots) and self._all == other._all

    __hash__ = None  # type: ignore[assignment]  # slots hold mappings

    @cached_property
    def _all(self) -> tuple[Slot, ...]:
        return tuple(self)

    @cached_property
    def told(self) -> tuple[Slot, ...]:
        """Those that may have more than samples; all others have not."""
        return tuple(slot for series in self.series for slot in series.told())

    @cached_property
    def places(self) -> "array[Place]":
        """Of each, in their order."""
        places = array("q")
        for series in self.series:
            first = series.replicate * ROUNDS
            places.extend(map(first.__add__, series.column("round")))
        return places

    @cached_property
    def rounds(self) -> frozenset[Place]:
        """The places without their order."""
        return frozenset(self.places)

    @cached_property
    def disturbed(self) -> Mapping[Place, str]:
        """Why slots were disturbed, by their places, of those that were."""
        return {
            slot.replicate * ROUNDS + slot.round: slot.disturbed
            for slot in self.told
            if slot.disturbed
        }

    @cached_property
    def calls(self) -> "array[int]":
        """How many samples each slot has."""
        return self._joined("calls")

    @cached_property
    def medians(self) -> "array[float]":
        """Seconds, in the order of the slots."""
        return self._joined("median")

    @cached_property
    def means(self) -> "array[float]":
        """Seconds, in the order of the slots."""
        return self._joined("mean")

    @property
    def seconds(self) -> Iterator[float]:
        """What the calls of each slot take together."""
        return map(operator.mul, self.means, self.calls)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many each replicate has; one in which the row was not measured has none."""
        counts = [0] * (1 + max((series.replicate for series in self.series), default=-1))
        for series in self.series:
            counts[series.replicate] += len(series)
        return tuple(counts)

    def _joined(self, name: Column) -> "array[Any]":
        whole = array(CODES[name])
        for series in self.series:
            whole.extend(series.column(name))
        return whole
