"""Two contenders held against each other: rows of one report, or of two."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bench.analysis.summary import Row, Summary, aligned_samples, disturbed_rounds, kept_samples
from bench.domain import Measurement, Report
from bench.errors import ReportError
from bench.statistics.bootstrap import bootstrap_interval
from bench.statistics.estimate import Estimate
from bench.statistics.multiple import corrected
from bench.statistics.replicates import estimate_ratio, estimate_unpaired_ratio
from bench.statistics.rounds import Rounds, Samples, log_ratios
from bench.statistics.variance import best_rounds, components
from bench.statistics.verdict import Verdict, smallest_detectable_effect, verdict

APART = (
    "They were measured at different times: what changed on the machine in between is not in the"
    " interval. Measured at once, by naming two models, they share it."
)
MOST_OPERATORS = 3  # that a sentence names
SEED = 1  # of the bootstrap: the same report gives the same interval
# What makes two machines different ones; versions may differ, since they may be the question.
_MACHINE = ("cpu", "usable_cpus", "cpu_quota", "machine")


@dataclass(frozen=True, slots=True)
class Contest:
    """A candidate against a baseline; `ratio` is of seconds per item, above 1 a slower candidate.

    `bootstrap` is the two-level interval that cross-checks the one of `ratio` (None where the two
    share no rounds), `why` are facts about the two that may explain the ratio.
    """

    baseline: Row
    candidate: Row
    ratio: Estimate
    verdict: Verdict
    detectable: float
    bootstrap: tuple[float, float] | None
    why: tuple[str, ...]


def within(summary: Summary) -> list[Contest]:
    """The comparisons of a report; where it has none, its batches against the first, per item."""
    pairs = [(summary.rows[c.baseline], summary.rows[c.candidate]) for c in summary.comparisons]
    pairs = pairs or list(_batches(summary))
    samples = [_paired_samples(summary, *pair) for pair in pairs]
    ratios = corrected([estimate_ratio(*sides) for sides in samples])
    return [
        _contest(*pair, ratio, log_ratios(*sides))
        for pair, ratio, sides in zip(pairs, ratios, samples, strict=True)
    ]


def between(first: Summary, second: Summary) -> list[Contest]:
    """Rows of two reports with the same workload, target and, where it occurs in both, model.

    They share no rounds, so what changed on the machine in between is not in the intervals; where
    either was measured in an unsuitable environment, the verdict is therefore inconclusive.
    """
    pairs = list(_matching(first, second))
    ratios = corrected(
        [estimate_unpaired_ratio(_kept(first, one), _kept(second, other)) for one, other in pairs]
    )
    contests = [_contest(*pair, ratio) for pair, ratio in zip(pairs, ratios, strict=True)]
    reasons = (*first.unsuitable, *second.unsuitable)
    if reasons:
        return [replace(one, verdict="inconclusive", why=reasons) for one in contests]
    return [replace(one, why=(*one.why, APART)) for one in contests]


def check_same_machine(first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    """Raise ReportError when two environments are of different machines."""
    for key in _MACHINE:
        one, other = first.get(key), second.get(key)
        if one != other:
            raise ReportError(
                f"The reports come from different machines: {key} is {one} and {other}.",
                "Add --across-machines to compare them all the same.",
            )


def changed_versions(first: Report, second: Report) -> list[str]:
    """A line for each piece of software whose version differs between two reports."""
    one, other = (_versions(report) for report in (first, second))
    return [
        f"{name} is {one.get(name, 'absent')} in the first and {other.get(name, 'absent')} in the"
        " second report."
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]


def _versions(report: Report) -> dict[str, str]:
    environment = report.environment
    return {**environment.get("packages", {}), "Python": environment.get("python", "unknown")}


def _matching(first: Summary, second: Summary) -> Iterable[tuple[Row, Row]]:
    """Measured rows alike but for the seed; of models that both have, each with itself alone."""
    ours, theirs = ([row for row in side.rows if row.p50] for side in (first, second))
    names = [{row.outcome.case.model.name for row in side} for side in (ours, theirs)]
    shared = names[0] & names[1]
    for one in ours:
        for other in theirs:
            cases = one.outcome.case, other.outcome.case
            same = replace(cases[0].workload, seed=0) == replace(cases[1].workload, seed=0)
            if shared:
                named = cases[0].model.name == cases[1].model.name
            else:
                named = len(names[0]) == len(names[1]) == 1
            if same and named and cases[0].target == cases[1].target:
                yield one, other


def _batches(summary: Summary) -> Iterable[tuple[Row, Row]]:
    """The first measured row with those of other batches of the same model and target."""
    measured = [row for row in summary.rows if row.p50]
    for row in measured[1:]:
        cases = measured[0].outcome.case, row.outcome.case
        if cases[0].model == cases[1].model and cases[0].target == cases[1].target:
            yield measured[0], row


def _kept(summary: Summary, row: Row) -> Samples:
    return kept_samples(_measurement(row), disturbed_rounds(summary.report.outcomes))


def _paired_samples(summary: Summary, one: Row, other: Row) -> tuple[Samples, Samples]:
    """Seconds per item in the rounds that both have."""
    rows = _measurement(one), _measurement(other)
    aligned = aligned_samples(*rows, disturbed_rounds(summary.report.outcomes))
    first, second = (
        [[slot / row.case.workload.batch for slot in slots] for slots in side]
        for side, row in zip(aligned, rows, strict=True)
    )
    return first, second


def _measurement(row: Row) -> Measurement:
    assert isinstance(row.outcome, Measurement)
    return row.outcome


def _contest(
    baseline: Row, candidate: Row, ratio: Estimate, rounds: Rounds | None = None
) -> Contest:
    why = [*_why(baseline, candidate)]
    if rounds:
        why += _spread(baseline, candidate, rounds)
    return Contest(
        baseline,
        candidate,
        ratio,
        verdict(ratio),
        smallest_detectable_effect(ratio),
        bootstrap_interval(rounds, SEED, ratio.level) if rounds else None,
        tuple(why),
    )


def _spread(baseline: Row, candidate: Row, rounds: Rounds) -> Iterable[str]:
    """Where the ratio's variance lives, and what that says about the number of rounds."""
    if len(rounds) < 2 or max(map(len, rounds)) < 2:
        return
    variances = components(rounds)
    count = max(map(len, rounds))
    of_processes = variances.between / (variances.between + variances.within / count or 1.0)
    sides = [_measurement(row) for row in (baseline, candidate)]
    start, once = (sum(map(cost, sides)) for cost in (_start_seconds, _round_seconds))
    best = best_rounds(variances, start, once, most=count)
    yield (
        f"{100 * of_processes:.0f} % of the variance of replicates lies between processes;"
        f" {best} of the {count} rounds would give the narrowest interval for the time."
    )


def _start_seconds(measurement: Measurement) -> float:
    """What a fresh process costs before its first slot."""
    return statistics.median(
        cold.import_ + cold.load + cold.first + cold.second + opened.warm_up.seconds
        for opened in measurement.opened
        for cold in (opened.cold,)
    )


def _round_seconds(measurement: Measurement) -> float:
    return statistics.median(sum(slot.samples) for slot in measurement.slots)


def _why(baseline: Row, candidate: Row) -> Iterable[str]:
    """Facts that differ: multiply-accumulates, nodes, and which operators take the time."""
    sides = [_measurement(row) for row in (baseline, candidate)]
    names = [side.case.model.name for side in sides]
    if sides[0].case.model.sha256 == sides[1].case.model.sha256:
        return
    macs = [side.case.model.multiply_accumulates for side in sides]
    if all(macs):
        yield (
            f"{names[0]} needs {_millions(macs[0])} million multiply-accumulates an item,"
            f" {names[1]} {_millions(macs[1])} million."
        )
    left = [side.opened[0].ran.operators for side in sides]
    if all(left):
        yield (f"{names[0]} runs {_listed(left[0])}; {names[1]} runs {_listed(left[1])}.")
    times = [_times(side) for side in sides]
    if all(times):
        spent = [f"{name} spends {_shares(one)}" for name, one in zip(names, times, strict=True)]
        yield f"In a profile {'; '.join(spent)}."


def _millions(count: int) -> str:
    return f"{count / 1e6:,.2f}"


def _times(side: Measurement) -> Mapping[str, float]:
    profile = side.inspection.profile if side.inspection else None
    return profile.operators if profile else {}


def _shares(times: Mapping[str, float]) -> str:
    """The operators that take most of the time: `71 % in Conv, 12 % in BatchNormalization`."""
    total = sum(times.values()) or 1.0
    most = sorted(times, key=lambda name: -times[name])[:MOST_OPERATORS]
    return ", ".join(f"{100 * times[name] / total:.0f} % in {name}" for name in most)


def _listed(operators: Mapping[str, int]) -> str:
    nodes = ", ".join(f"{count} {name}" for name, count in operators.items())
    return f"{sum(operators.values())} nodes ({nodes})"
