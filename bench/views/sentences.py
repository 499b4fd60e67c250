"""What is said below a table: how rows compare, why rows have no figures, where it was measured."""

import math
from collections.abc import Sequence
from dataclasses import replace

from bench.analysis import break_even, crossover
from bench.analysis.best import Best, bests
from bench.analysis.comparison import Comparison
from bench.analysis.crossover import Crossover
from bench.analysis.front import fronts
from bench.analysis.matching import apart
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.domain import Case
from bench.models.catalog import BUNDLED
from bench.statistics.estimate import Estimate
from bench.statistics.multiple import LEVEL
from bench.statistics.percentiles import NotEstimable
from bench.views.names import threads, told_apart, where
from bench.views.wording import percent, seconds, share, short_target, some

MOST_TIED = 4  # rows that a sentence names
_POOLING = {"avg": "average pooling (avg)", "max": "max pooling (max)"}


def results(summary: Summary) -> list[str]:
    """All that is found beyond single rows: comparisons, what variants cost, where who wins."""
    return [
        *comparisons(summary),
        *fastest(summary),
        *variants(summary),
        *best(summary),
        *crossovers(summary),
        *break_evens(summary),
    ]


def fastest(summary: Summary) -> list[str]:
    """Which of three rows or more is the fastest, or cannot be told from it."""
    return [plain(_fastest(summary, best)) for best in bests(summary) if len(best.contenders) > 2]


def _fastest(summary: Summary, best: Best) -> str:
    cases = [summary.rows[index].outcome.case for index in best.contenders]
    targets = {short_target(case) for case in cases}

    def name(index: int) -> str:
        case = summary.rows[index].outcome.case
        return f"{case.model.name} on {short_target(case)}" if len(targets) > 1 else case.model.name

    told = f"At batch {cases[0].workload.batch}, the fastest is {name(best.leader)}"
    if not best.tied:
        return f"{told}."
    tied = some(map(name, best.tied), MOST_TIED)
    return f"{told}, or {tied}, which cannot be told from it."


def variants(summary: Summary) -> list[str]:
    """What each variant answers otherwise than its original, said once for rows that agree."""
    told: dict[str, list[Case]] = {}
    for row in summary.rows:
        case, counts = row.outcome.case, row.counts
        if counts is None or row.accuracy is None or row.p_value is None:
            continue
        low, high = (share(end) for end in (row.accuracy.low, row.accuracy.high))
        said = (
            f"accuracy {share(row.accuracy.value)} ({low} to {high});"
            f" {counts.disagreements} of {counts.total} answers are not those of"
            f" {case.model.original}, {counts.gained} became right and {counts.lost} wrong"
            f" (McNemar's exact p = {row.p_value:.2g})."
        )
        told.setdefault(said, []).append(case)
    everywhere = [row.outcome.case for row in summary.rows]
    return [plain(f"{_names(cases, everywhere)}: {text}") for text, cases in told.items()]


def best(summary: Summary) -> list[str]:
    """The Pareto front of latency and accuracy of each batch, where there are variants to weigh."""
    if not any(row.outcome.case.model.variant for row in summary.rows):
        return []
    return [
        plain(
            f"At batch {front.batch}, no row is both faster and more accurate than"
            f" {', '.join(_point(summary.rows[index]) for index in front.best)}."
        )
        for front in fronts(summary)
    ]


def _point(row: Row) -> str:
    case = row.outcome.case
    assert row.p50 and row.accuracy
    figures = f"{seconds(row.p50.value)}, {share(row.accuracy.value)}"
    return f"{case.model.name} on {short_target(case)} ({figures})"


def comparisons(summary: Summary) -> list[str]:
    """One sentence for each pair of models or targets, over all batches that were measured."""
    groups: dict[str, list[Comparison]] = {}
    for comparison in summary.comparisons:
        groups.setdefault(_but_for_the_batch(comparison), []).append(comparison)
    counts = {compared.baseline.case.workload.threads for compared in summary.comparisons}
    several = len(counts) > 1
    return [plain(_sentence(group, several)) for group in groups.values()]


def crossovers(summary: Summary) -> list[str]:
    """From which batch one side is the faster one: any two targets, and models that do cross."""
    return [
        crossing(crossed)
        for crossed in crossover.crossovers(summary)
        if crossed.baseline.target != crossed.candidate.target
        or (crossed.winner and not crossed.always)
    ]


def break_evens(summary: Summary) -> list[str]:
    """After how many calls a target that starts slower is the one to have taken."""
    return [
        plain(
            f"For {even.slower.model.name} at batch {even.slower.workload.batch},"
            f" {short_target(even.slower)} is ready {seconds(even.seconds)} later than"
            f" {short_target(even.faster)} and overtakes it after {even.calls:,} calls."
        )
        for even in break_even.break_evens(summary)
    ]


def crossing(crossed: Crossover) -> str:
    """Which side is faster from which batch on, or that none stays so up to the largest."""
    first, second = crossed.baseline, crossed.candidate
    if first.target != second.target:
        opening, sides = f"For {first.model.name}", (short_target(first), short_target(second))
    else:
        opening, sides = f"On {short_target(first)}", (first.model.name, second.model.name)
    if crossed.winner is None or crossed.ratio is None:
        said = (
            f"there is no batch from which {sides[0]} or {sides[1]} stays the faster one: at"
            f" {crossed.batches[-1]}, the largest measured, neither is"
        )
    else:
        winner, loser = sides if crossed.winner is first else sides[::-1]
        since = "at every batch from" if crossed.always else "from batch"
        by = "" if crossed.always else f" ({faster(crossed.ratio)})"
        said = f"{winner} is faster than {loser} {since} {crossed.batch} on{by}"
    return plain(f"{opening}, {said}.")


def notes(summary: Summary) -> list[str]:
    """A line for each reason and each advice, naming the rows that it is about."""
    told: dict[str, list[Case]] = {}
    for row in summary.rows:
        said = [f"{row.status}: {row.reason}"] if row.reason else []
        made = row.outcome.case.model.notes
        for text in [*said, *([" ".join(made)] if made else []), *row.advice]:
            told.setdefault(text, []).append(row.outcome.case)
    everywhere = [row.outcome.case for row in summary.rows]
    lines = [plain(f"{_names(cases, everywhere)}: {text}") for text, cases in told.items()]
    if strangers := apart(everywhere, summary.report.match):
        lines.append(plain(_listed(strangers)))
    lines += [plain(f"damaged: {sentence}") for sentence in summary.report.damage]
    if summary.report.stopped:
        lines.append(plain(f"not reached: {summary.report.stopped}"))
    needed = [row.p99.needed for row in summary.rows if isinstance(row.p99, NotEstimable)]
    if needed:
        lines.append(
            f"p99 is not estimable from n samples where n stands in its place: it needs {needed[0]}"
            " that are independent of each other."
        )
    return lines


def _listed(strangers: Sequence[Case]) -> str:
    names = " and ".join(case.model.name for case in strangers)
    return (
        f"{names} take different inputs: they are listed, and not compared. Compare them all the"
        " same with --compare-anyway."
    )


def machine(summary: Summary) -> str:
    """Where it was measured, in one line."""
    environment = summary.report.environment
    threads = sorted({row.outcome.case.workload.threads for row in summary.rows})
    packages = environment.get("packages", {})
    parts = [
        str(environment.get("cpu", "unknown CPU")),
        f"{environment.get('usable_cpus', '?')} CPUs",
        f"threads: {', '.join(map(str, threads))}",
        *(f"{name} {packages[name]}" for name in packages if name.startswith("onnxruntime")),
        f"Python {environment.get('python', '?')}",
    ]
    return plain(", ".join(parts))


def _names(cases: Sequence[Case], everywhere: Sequence[Case]) -> str:
    """The shortest words for `cases`: all rows, whole targets, whole models, or one by one."""
    if len(cases) == len(everywhere):
        return "all rows"
    for name in (lambda case: short_target(case), lambda case: case.model.name):
        names = dict.fromkeys(map(name, cases))
        if len(cases) == sum(name(case) in names for case in everywhere):
            return ", ".join(names)
    return ", ".join(
        f"{case.model.name} on {short_target(case)} at batch {case.workload.batch}"
        for case in cases
    )


def _but_for_the_batch(comparison: Comparison) -> str:
    """What the comparisons of one sentence share: all of both sides but the batch and the seed."""
    sides = (comparison.baseline.case, comparison.candidate.case)
    return repr(
        [(case.model.name, case.model.path, case.model.sha256, str(case.target)) for case in sides]
        + [replace(case.workload, batch=0, seed=0) for case in sides]
    )


def _sentence(group: Sequence[Comparison], several: bool) -> str:
    """What the verdicts on two models or two targets are, over the batches of their comparisons.

    Threads are named where `several` numbers of them were compared.
    """
    baseline, candidate = group[0].baseline, group[0].candidate
    names = told_apart((baseline, candidate))
    by = f" with {threads(baseline.case)}" if several else ""
    if baseline.case.target != candidate.case.target and names[0] != where(baseline.case):
        opening = " against ".join(
            f"{side.case.model.name} on {where(side.case)}" for side in (baseline, candidate)
        )
    elif baseline.case.target == candidate.case.target:
        titles = [_POOLING[name] if set(names) == set(BUNDLED) else name for name in names]
        opening = f"On {where(baseline.case)}{by}, {titles[0]} against {titles[1]}"
    else:
        opening = f"For {baseline.case.model.name}{by}, {names[0]} against {names[1]}"
    findings = "; ".join(
        f"at batch {comparison.baseline.case.workload.batch} {finding(comparison, *names)}"
        for comparison in group
    )
    accuracy = ""
    shares = [
        share(side.row.accuracy.value)
        for side in (baseline, candidate)
        if side.row and side.row.accuracy
    ]
    if len(shares) == 2:
        accuracy = f"; accuracy {' against '.join(shares)}"
    return f"{opening}: {findings}{accuracy}."


def finding(comparison: Comparison, baseline: str, candidate: str) -> str:
    """What a verdict says, in words; the ratio is written so that it is above 1."""
    ratio = comparison.ratio
    if ratio and comparison.between_runs and comparison.verdict == "inconclusive":
        return (
            f"inconclusive, since two runs differ as much anyway ({_interval(ratio)})."
            f" {comparison.narrower.rstrip('.')}"
        )
    if not ratio or comparison.verdict == "inconclusive":
        return "no verdict is possible from what was measured"
    winner, loser = (candidate, baseline) if ratio.value < 1 else (baseline, candidate)
    interval = _interval(ratio)
    match comparison.verdict:
        case "faster" | "slower":
            return f"{winner} is {_above_one(ratio)[0]:.2f} times as fast as {loser} ({interval})"
        case "tiny":
            gain = percent(_above_one(ratio)[0] - 1, 2)
            return f"{winner} is faster by {gain}, too little to matter ({interval})"
        case "equivalent":
            return f"both are equally fast within 1 % ({interval})"
    return (
        f"no difference detectable ({interval}; a difference of"
        f" {percent(comparison.detectable, 1)} would be found in 80 % of runs)"
    )


def faster(ratio: Estimate) -> str:
    """How many times as fast the faster side is: `1.42 times as fast, 95 % interval 1.3–1.5`."""
    return f"{_above_one(ratio)[0]:.2f} times as fast, {_interval(ratio)}"


def _above_one(ratio: Estimate) -> tuple[float, float, float]:
    """The ratio and its bounds, turned round where that puts the ratio above 1."""
    if ratio.value < 1:
        return 1 / ratio.value, 1 / ratio.high, 1 / ratio.low if ratio.low else math.inf
    return ratio.value, ratio.low, ratio.high


def _interval(ratio: Estimate) -> str:
    _, low, high = _above_one(ratio)
    # All intervals of a table hold together at this level, so each by itself at a higher one.
    return f"{100 * LEVEL:g} % interval {low:.3f}–{high:.3f}"
