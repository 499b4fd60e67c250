"""Two reports held against each other, row by row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy

from bench.analysis.anchored import anchor_of, anchored_logs
from bench.analysis.comparison import ONE_REPLICATE, Comparison, Contender
from bench.analysis.matching import differing_inputs, fed
from bench.analysis.pairs import contender, too_few_calls
from bench.analysis.samples import judged_by_replicate
from bench.analysis.summary import Summary, statistic_of
from bench.domain import Case, Match, Measurement, Report
from bench.errors import NothingMeasured, ReportError
from bench.host.calibration import unlike
from bench.host.machine import differences
from bench.statistics.between_runs import BetweenRuns, Yardstick, stated, with_spread
from bench.statistics.estimate import Estimate
from bench.statistics.multiple import simultaneous
from bench.statistics.replicates import estimate_unpaired_ratio
from bench.statistics.statistic import Statistic

# How far runs of a row scatter, by what a history or the user knows of it.
SpreadOf = Callable[[Measurement, Yardstick], BetweenRuns]
ONE_FILE = "Add runs of three days or more to the history: bench run --history."


def assumed(measured: Measurement, yardstick: Yardstick) -> BetweenRuns:
    """The spread where nothing is known of a row."""
    return stated(yardstick=yardstick)


def between(
    first: Summary,
    second: Summary,
    labels: tuple[str, str] = ("", ""),
    spread_of: SpreadOf = assumed,
    *,
    across_machines: bool = False,
    match: Match = "alike",
) -> tuple[Comparison, ...]:
    """Each row of `second` with its row of `first`, then the rows that only one of them has.

    Rows are alike in workload, target and, where it is in both reports, model. They share no
    rounds, so the spread between runs is in the intervals: of ratios to the anchor, where both ran
    beside it. Where either was disturbed, or fixed work took them different times, they cannot be
    judged (the latter unless `across_machines`), nor where they were fed different inputs (unless
    `match` is "any"). Raises ReportError for different boundaries, NothingMeasured without pairs.
    """
    _check_boundaries(first, second)
    pairs = list(_matching(first, second))
    statistic = statistic_of(second.report)
    told = [_ratio(first, second, pair, statistic) for pair in pairs]
    spreads = [
        spread_of(_measured(second, candidate), yardstick)
        for (_, candidate), (_, yardstick) in zip(pairs, told, strict=True)
    ]
    ratios = simultaneous(
        [with_spread(ratio, spread) for (ratio, _), spread in zip(told, spreads, strict=True)]
    )
    unsuitable = next(iter((*second.unsuitable, *first.unsuitable)), "")
    apart = () if across_machines else calibrated_apart(first.report, second.report, labels)
    other = " ".join(apart)
    compared = []
    for (b, c), ratio, spread in zip(pairs, ratios, spreads, strict=True):
        sides = _measured(first, b), _measured(second, c)
        inputs = differing_inputs(*map(fed, sides)) if match == "alike" else ""
        why = inputs or unsuitable or other or ("" if ratio.freedom else ONE_REPLICATE)
        why = why or too_few_calls(sides, statistic)
        baseline = contender(first.rows[b], b, labels[0])
        candidate = contender(second.rows[c], c, labels[1])
        compared.append(
            Comparison(
                "reports",
                baseline,
                candidate,
                None if why else ratio,
                why,
                _at_once(baseline.case, candidate.case),
                between_runs=spread,
                differs="inputs" if inputs else "machines" if other and not unsuitable else "",
                statistic=statistic,
                disturbed=bool(unsuitable),
            )
        )
    alone = list(_alone(first, second, pairs, labels))
    if not compared and not any(side.candidate.status in ("invalid", "failed") for side in alone):
        raise NothingMeasured(
            "No row of the report has a baseline, so there are no two rows to compare.",
            "It takes one of the same model, target, batch, threads and boundary.",
        )
    return (*compared, *alone)


def check_same_machine(first: Mapping[str, Any], second: Mapping[str, Any], hint: str) -> None:
    """Raise ReportError, with what to do, when two environments are of different machines."""
    for differing in differences(first, second):
        raise ReportError(
            f"The reports come from different machines: {differing.fact} is {differing.first} and"
            f" {differing.second}.",
            hint,
        )


def calibrated_apart(first: Report, second: Report, labels: tuple[str, str]) -> list[str]:
    """A sentence for each kind of fixed work that two reports of one kind of machine differ in."""
    said = []
    for work, ratio in unlike(first.environment, second.environment).items():
        label = labels[ratio > 1] or ("the baseline", "the new report")[ratio > 1]
        times = max(ratio, 1 / ratio)
        said.append(
            f"{work} took {times:.2f} × as long in {label}: it was another machine, or in another"
            " state. Measure both at once, or anew."
        )
    return said


def changed_versions(first: Report, second: Report, labels: tuple[str, str]) -> list[str]:
    """A line for each piece of software whose version differs between two reports."""
    ours, theirs = (_versions(report) for report in (first, second))
    return [
        f"{name} is {ours.get(name, 'absent')} in {labels[0]} and {theirs.get(name, 'absent')} in"
        f" {labels[1]}."
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)
    ]


def _versions(report: Report) -> dict[str, str]:
    environment = report.environment
    return {**environment.get("packages", {}), "Python": environment.get("python", "unknown")}


def _matching(first: Summary, second: Summary) -> Iterable[tuple[int, int]]:
    """Measured rows alike but for the seed; of models that both have, each with itself alone."""
    ours, theirs = (
        {index: row.outcome.case for index, row in enumerate(side.rows) if row.p50}
        for side in (first, second)
    )
    names = [{case.model.name for case in side.values()} for side in (ours, theirs)]
    shared = names[0] & names[1]
    for baseline, old in ours.items():
        for candidate, new in theirs.items():
            same = replace(old.workload, seed=0) == replace(new.workload, seed=0)
            if shared:
                named = old.model.name == new.model.name
            else:
                named = len(names[0]) == len(names[1]) == 1
            if same and named and old.target == new.target:
                yield baseline, candidate


def _alone(
    first: Summary, second: Summary, pairs: Sequence[tuple[int, int]], labels: tuple[str, str]
) -> Iterable[Comparison]:
    """Rows of `second` without a match, then measured ones that only `first` has."""
    paired = [{pair[side] for pair in pairs} for side in (0, 1)]
    before = {_key(row.outcome.case): i for i, row in enumerate(first.rows) if row.p50}
    told = set()
    for index, row in enumerate(second.rows):
        if index in paired[1]:
            continue
        # A row that broke stands for the one that was measured before, which is not told twice.
        case = row.outcome.case
        told.add(_key(case))
        old = before.get(_key(case))
        yield Comparison(
            "reports",
            _absent(case, labels[0]) if old is None else contender(first.rows[old], old, labels[0]),
            contender(row, index, labels[1]),
            why=row.reason or "the baseline has no such row.",
        )
    for index, row in enumerate(first.rows):
        case = row.outcome.case
        if row.p50 and index not in paired[0] and _key(case) not in told:
            yield Comparison(
                "reports",
                contender(row, index, labels[0]),
                _absent(case, labels[1]),
                why="the new report has no such row.",
            )


def _ratio(
    first: Summary, second: Summary, pair: tuple[int, int], statistic: Statistic
) -> tuple[Estimate, Yardstick]:
    """Of the times of two rows; of medians by the anchor where both ran beside the same one."""
    rows = first.rows[pair[0]], second.rows[pair[1]]
    anchors = [
        anchor_of(side, row.outcome.case) for side, row in zip((first, second), rows, strict=True)
    ]
    digests = {anchor.outcome.case.model.sha256 if anchor else "" for anchor in anchors}
    logs = [anchored_logs(side, row) for side, row in zip((first, second), rows, strict=True)]
    if len(digests) == 1 and all(logs) and statistic == "p50":
        old, new = ([[numpy.exp([value])] for value in values] for values in logs)
        return estimate_unpaired_ratio(old, new), "anchor"
    before, after = (
        judged_by_replicate(_measured(first, pair[0]), statistic),
        judged_by_replicate(_measured(second, pair[1]), statistic),
    )
    return estimate_unpaired_ratio(before, after, statistic=statistic), "clock"


def _at_once(baseline: Case, candidate: Case) -> str:
    """What narrows the interval: to take turns, which two files can, and one file cannot."""
    models = baseline.model, candidate.model
    if models[0].sha256 == models[1].sha256:
        return ONE_FILE
    if models[0].path == models[1].path:
        return "Keep both files, and measure them at once: bench run old.onnx new.onnx."
    return f"Measure both at once: bench run {models[0].path} {models[1].path}."


def _absent(case: Case, source: str) -> Contender:
    return Contender(case, "absent", source)


def _key(case: Case) -> str:
    """What makes two rows the same one: all but the seed and the model's file."""
    return repr((case.model.name, str(case.target), replace(case.workload, seed=0)))


def _measured(summary: Summary, index: int) -> Measurement:
    measurement = summary.rows[index].outcome
    assert isinstance(measurement, Measurement)
    return measurement


def _check_boundaries(first: Summary, second: Summary) -> None:
    sides = [
        {row.outcome.case.workload.boundary for row in summary.rows if row.p50}
        for summary in (first, second)
    ]
    if all(sides) and not sides[0] & sides[1]:
        before, after = (", ".join(sorted(side)) for side in sides)
        raise ReportError(
            f"The boundaries differ: {before} in the baseline, {after} in the new report.",
            "Times of different boundaries do not compare; measure both with one.",
        )
