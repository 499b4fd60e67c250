"""From a report's samples to the figures and verdicts that formats and gates see."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy

from bench.analysis.advice import number_format, placement, steadiness
from bench.domain import (
    STATUS,
    Accuracy,
    Cold,
    Measurement,
    Outcome,
    Report,
    Status,
)
from bench.statistics.clustering import clustered_size
from bench.statistics.estimate import Estimate
from bench.statistics.multiple import corrected
from bench.statistics.percentiles import NotEstimable, Percentile, percentile
from bench.statistics.proportions import mcnemar_p_value, wilson_interval
from bench.statistics.replicates import estimate_ratio, estimate_seconds
from bench.statistics.rounds import Samples
from bench.statistics.verdict import Verdict, smallest_detectable_effect, verdict

Rounds = frozenset[tuple[int, int]]  # pairs of replicate and round

MOST_DISTURBED = 0.05  # share of slots; above it the environment is called unsuitable


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
    `p_value` is McNemar's, of a variant being as accurate as its original.
    """

    outcome: Outcome
    status: Status
    reason: str | None
    p50: Estimate | None = None
    p90: Percentile | NotEstimable | None = None
    p99: Percentile | NotEstimable | None = None
    throughput: Interval | None = None
    counts: Accuracy | None = None
    accuracy: Interval | None = None
    p_value: float | None = None
    cold: Cold | None = None
    cached_load: float | None = None
    peak_rss: int | None = None
    samples: int = 0
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rows, by index, that differ in one thing; `ratio` is candidate seconds over baseline."""

    baseline: int
    candidate: int
    ratio: Estimate
    verdict: Verdict
    detectable: float


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a format sees; `unsuitable` says why the environment was, if it was."""

    report: Report
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    unsuitable: tuple[str, ...] = ()


def summarise(report: Report) -> Summary:
    """Every row's figures and every comparison of the table, corrected for their number."""
    disturbed = disturbed_rounds(report.outcomes)
    advice = _unsuitable(report.outcomes)
    return Summary(
        report,
        tuple(_row(outcome, disturbed, advice) for outcome in report.outcomes),
        comparisons(report.outcomes),
        advice,
    )


def comparisons(outcomes: Sequence[Outcome]) -> tuple[Comparison, ...]:
    """Each pair of measured rows that share a workload and either the model or the target.

    The baseline is the first such row of the table.
    """
    disturbed = disturbed_rounds(outcomes)
    firsts: dict[tuple[str, ...], int] = {}
    pairs: dict[tuple[int, int], None] = {}
    for candidate, outcome in enumerate(outcomes):
        for alike in _groups(outcome):
            baseline = firsts.setdefault(alike, candidate)
            if baseline != candidate:
                pairs[baseline, candidate] = None
    ratios = corrected(
        [estimate_ratio(*aligned_samples(outcomes[b], outcomes[c], disturbed)) for b, c in pairs]
    )
    return tuple(
        Comparison(b, c, ratio, verdict(ratio), smallest_detectable_effect(ratio))
        for (b, c), ratio in zip(pairs, ratios, strict=True)
    )


def kept_samples(measurement: Measurement, disturbed: Rounds) -> Samples:
    """Samples by replicate and round; a disturbed round is empty, unless all of them are."""
    removed = disturbed if _rounds(measurement) - disturbed else frozenset()
    replicates: list[list[numpy.ndarray]] = []
    for slot in measurement.slots:
        while slot.replicate >= len(replicates):
            replicates.append([])
        gone = (slot.replicate, slot.round) in removed
        replicates[slot.replicate].append(numpy.asarray(() if gone else slot.samples, dtype=float))
    return replicates


def aligned_samples(
    baseline: Measurement, candidate: Measurement, disturbed: Rounds
) -> tuple[Samples, Samples]:
    """The rounds that both have: an interrupted replicate may lack the last one of either."""
    shared = _rounds(baseline) & _rounds(candidate)
    first, second = (
        replace(one, slots=[s for s in one.slots if (s.replicate, s.round) in shared])
        for one in (baseline, candidate)
    )
    return kept_samples(first, disturbed), kept_samples(second, disturbed)


def _rounds(measurement: Measurement) -> Rounds:
    return frozenset((slot.replicate, slot.round) for slot in measurement.slots)


def _row(outcome: Outcome, disturbed: Rounds, advice: tuple[str, ...]) -> Row:
    status = STATUS[type(outcome)]
    counts = getattr(outcome, "accuracy", None)
    accuracy = _accuracy(counts) if counts else None
    p_value = _p_value(counts) if counts else None
    if not isinstance(outcome, Measurement):
        return Row(
            outcome, status, outcome.reason, counts=counts, accuracy=accuracy, p_value=p_value
        )
    samples = kept_samples(outcome, disturbed)
    p50 = estimate_seconds(samples)
    return Row(
        outcome,
        status,
        None,
        p50=p50,
        p90=_percentile(samples, 0.90),
        p99=_percentile(samples, 0.99),
        throughput=_throughput(outcome.case.workload.batch, p50),
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
        samples=sum(len(slot) for slots in samples for slot in slots),
        advice=advice + steadiness(outcome) + placement(outcome) + number_format(outcome),
    )


def _throughput(batch: int, p50: Estimate) -> Interval:
    """Items per second at the median time of a call."""
    return Interval(batch / p50.value, batch / p50.high, batch / p50.low if p50.low else math.inf)


def _percentile(samples: Samples, fraction: float) -> Percentile | NotEstimable:
    """Of all samples, with an interval that counts processes rather than calls."""
    replicates = [numpy.concatenate(slots) for slots in samples if any(len(s) for s in slots)]
    pooled = numpy.concatenate(replicates)
    threshold = float(numpy.quantile(pooled, fraction, method="median_unbiased"))
    return percentile(pooled, fraction, effective_size=clustered_size(replicates, threshold))


def _accuracy(counts: Accuracy) -> Interval:
    low, high = wilson_interval(counts.correct, counts.total)
    return Interval(counts.correct / counts.total, low, high)


def _p_value(counts: Accuracy) -> float | None:
    if counts.gained is None or counts.lost is None:
        return None
    return mcnemar_p_value(counts.gained, counts.lost)


def _unsuitable(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Advice for all rows, since a disturbed slot removes its round from all of them.

    The share is of slots, not of rounds: that would grow with the number of rows alone.
    """
    share = disturbed_share(outcomes)
    if share <= MOST_DISTURBED:
        return ()
    slots = (slot for o in outcomes if isinstance(o, Measurement) for slot in o.slots)
    reason = next(slot.disturbed for slot in slots if slot.disturbed)
    return (
        f"environment unsuitable: {100 * share:.0f} % of the slots were disturbed (for example:"
        f" {reason}). Stop other work on this machine and measure again.",
    )


def disturbed_share(outcomes: Sequence[Outcome]) -> float:
    """The share of slots, 0–1, that were disturbed."""
    slots = [slot for one in outcomes if isinstance(one, Measurement) for slot in one.slots]
    return sum(bool(slot.disturbed) for slot in slots) / len(slots) if slots else 0.0


def disturbed_rounds(outcomes: Sequence[Outcome]) -> Rounds:
    """A disturbance of one slot removes its round for all rows, so that pairs stay pairs."""
    return frozenset(
        (slot.replicate, slot.round)
        for outcome in outcomes
        if isinstance(outcome, Measurement)
        for slot in outcome.slots
        if slot.disturbed
    )


def _groups(outcome: Outcome) -> tuple[tuple[str, ...], ...]:
    """What a measured row shares with those it is compared with: workload and target or model.

    A variant is held against its original, not against other models.
    """
    case = outcome.case
    if not isinstance(outcome, Measurement) or case.target.runtime == "null":
        return ()
    # A variant's number format is what it differs in; what the runtime may choose is not.
    workload = repr(replace(case.workload, precision="native" if case.workload.native else "fp32"))
    model = (case.model.name, case.model.path, case.model.sha256)
    family = ("family", workload, str(case.target), case.model.original or case.model.name)
    alone = () if case.model.variant else (("target", workload, str(case.target)),)
    return (*alone, family, ("model", workload, *model))
