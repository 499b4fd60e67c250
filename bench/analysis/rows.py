"""A row of the table: one outcome with every figure that its samples and counts give."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from bench.accuracy.paired import unpacked_numbers
from bench.analysis.advice import adapter, alone, missing, number_format, placement, steadiness
from bench.analysis.outputs import outputs
from bench.analysis.samples import by_replicate, disturbed_share, is_counted, judged_by_replicate
from bench.domain import STATUS, Accuracy, Cold, Measurement, Outcome, Status, Tail
from bench.statistics.clustering import clustered_size
from bench.statistics.estimate import Estimate
from bench.statistics.percentiles import (
    NotEstimable,
    Percentile,
    Ranked,
    ranked,
    samples_needed,
)
from bench.statistics.proportions import mcnemar_p_value, wilson_interval
from bench.statistics.r_squared import r_squared_interval
from bench.statistics.replicates import estimate_mean, estimate_seconds
from bench.statistics.rounds import Samples
from bench.statistics.statistic import Counted

# From this percentile on, fewer processes than these tell more of themselves than of the model.
TAIL, TAIL_REPLICATES = 0.99, 8
TAILS, LEVEL = (0.90, 0.99), 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with bounds at 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome with its figures: seconds, items per second, shares of 1, bytes.

    Figures are None for an outcome that is not measured, accuracy also where it was not checked.
    `p_value` is McNemar's, of a variant being as accurate as its original; `disturbed` the share of
    the slots that were.
    """

    outcome: Outcome
    status: Status
    reason: str | None
    p50: Estimate | None = None
    mean: Estimate | None = None
    p90: Percentile | NotEstimable | None = None
    p99: Percentile | NotEstimable | None = None
    throughput: Interval | None = None
    counts: Accuracy | None = None
    accuracy: Interval | None = None
    p_value: float | None = None
    cold: Cold | None = None
    cached_load: float | None = None
    peak_rss: int | None = None
    gpu_memory: int | None = None
    instructions: Estimate | None = None
    cycles: Estimate | None = None
    gpu: Mapping[str, float] | None = None
    samples: int = 0
    disturbed: float | None = None
    advice: tuple[str, ...] = ()


def row(outcome: Outcome, advice: tuple[str, ...]) -> Row:
    """The figures of an outcome, of all its samples; `advice` is what all rows get."""
    status = STATUS[type(outcome)]
    counts = getattr(outcome, "accuracy", None)
    accuracy = _accuracy(counts) if counts else None
    p_value = _p_value(counts) if counts else None
    if not isinstance(outcome, Measurement):
        return Row(
            outcome, status, outcome.reason, counts=counts, accuracy=accuracy, p_value=p_value
        )
    mean = estimate_mean(judged_by_replicate(outcome, "mean"))
    p90, p99 = _tails(outcome)
    return Row(
        outcome,
        status,
        None,
        p50=estimate_seconds(judged_by_replicate(outcome, "p50")),
        mean=mean,
        p90=p90,
        p99=p99,
        throughput=_throughput(outcome.case.workload.batch, mean),
        counts=counts,
        accuracy=accuracy,
        p_value=p_value,
        cold=Cold(
            *(
                statistics.median(getattr(opened.cold, name) for opened in outcome.opened)
                for name in ("import_", "load", "first", "second")
            )
        ),
        cached_load=outcome.inspection.cached_load if outcome.inspection else None,
        peak_rss=max(opened.peak_rss for opened in outcome.opened),
        gpu_memory=max(opened.memory.get("gpu", 0) for opened in outcome.opened) or None,
        instructions=_events(outcome, "instructions"),
        cycles=_events(outcome, "cycles"),
        gpu=_gpu(outcome),
        samples=sum(outcome.slots.calls),
        disturbed=disturbed_share([outcome]),
        advice=(
            *(*advice, *missing(outcome), *steadiness(outcome)),
            *(*placement(outcome), *number_format(outcome), *adapter(outcome), *alone(outcome)),
            *outputs(outcome),
            *(counts.remarks if counts else ()),
        ),
    )


def tails(row: Row) -> tuple[Tail, ...]:
    """The percentiles of a row as they are put aside with its samples."""
    made = []
    for told in (row.p90, row.p99):
        if isinstance(told, Percentile):
            made.append(Tail(told.fraction, told.value, told.low, told.high, told.n))
        elif told:
            made.append(Tail(told.fraction, None, None, None, told.n))
    return tuple(made)


def _tails(outcome: Measurement) -> Sequence[Percentile | NotEstimable]:
    """Those that were put aside with the samples, or made of these."""
    if outcome.slots.tails:
        return [_known(tail) for tail in outcome.slots.tails]
    pooled = _Pooled.of(by_replicate(outcome))
    return [pooled.percentile(fraction) for fraction in TAILS]


def _known(tail: Tail) -> Percentile | NotEstimable:
    if tail.value is None or tail.low is None or tail.high is None:
        return NotEstimable(tail.fraction, tail.n, samples_needed(tail.fraction))
    return Percentile(tail.fraction, tail.value, tail.low, tail.high, LEVEL, tail.n)


def _events(outcome: Measurement, event: Counted) -> Estimate | None:
    """Events of one call, None where they were not counted."""
    if not is_counted(outcome, event):
        return None
    return estimate_seconds(judged_by_replicate(outcome, event))


def _gpu(measurement: Measurement) -> dict[str, float] | None:
    """Medians of what a GPU said at the ends of slots: clock in Hz, watts, degrees Celsius."""
    told = [slot.gpu for slot in measurement.slots.told if slot.gpu]
    names = ("clock", "power", "temperature")
    return (
        {name: statistics.median(each[name] for each in told) for name in names} if told else None
    )


def _throughput(batch: int, mean: Estimate) -> Interval:
    """Items per second of timed calls, at the mean time of a call: slow periods are in it."""
    highest = batch / mean.low if mean.low else math.inf
    return Interval(batch / mean.value, batch / mean.high, highest)


@dataclass(frozen=True, slots=True)
class _Pooled:
    """All samples of a row, in order, with the slot and the replicate that each group is of.

    `starts` (slots,) are the places of the first samples of slots, `counts` (slots,) how many each
    has, `replicates` (slots,) whose they are. Each slot weighs alike.
    """

    samples: NDArray[numpy.float64]
    starts: NDArray[numpy.intp]
    counts: NDArray[numpy.intp]
    replicates: NDArray[numpy.intp]
    ranked: Ranked

    @classmethod
    def of(cls, samples: Samples) -> "_Pooled":
        slots = [slot for of_replicate in samples for slot in of_replicate]
        counts = numpy.array([len(slot) for slot in slots])
        pooled = numpy.concatenate(slots)
        return cls(
            pooled,
            numpy.cumsum(counts) - counts,
            counts,
            numpy.repeat(numpy.arange(len(samples)), [len(slots) for slots in samples]),
            ranked(pooled, numpy.repeat(1 / counts, counts)),
        )

    def percentile(self, fraction: float) -> Percentile | NotEstimable:
        """The interval counts processes, not calls."""
        replicates = numpy.unique(self.replicates)
        if fraction >= TAIL and len(replicates) < TAIL_REPLICATES:
            return NotEstimable(fraction, 0, samples_needed(fraction))
        within = self.samples <= self.ranked.quantile(fraction)
        of_slots = numpy.add.reduceat(within, self.starts, dtype=float) / self.counts
        shares = [of_slots[self.replicates == number].mean() for number in replicates]
        size = clustered_size(numpy.array(shares), len(self.samples))
        return self.ranked.percentile(fraction, effective_size=size)


def _accuracy(counts: Accuracy) -> Interval | None:
    """The share of right answers, or R²; None where no number is finite."""
    if counts.errors:
        squares = unpacked_numbers(counts.errors.squares)
        return Interval(counts.errors.r2, *r_squared_interval(squares, counts.errors.variance))
    if counts.correct is None:
        return None
    low, high = wilson_interval(counts.correct, counts.total)
    return Interval(counts.correct / counts.total, low, high)


def _p_value(counts: Accuracy) -> float | None:
    if counts.gained is None or counts.lost is None:
        return None
    return mcnemar_p_value(counts.gained, counts.lost)
