"""What is said below a table: how rows compare, why rows have no figures, where it was measured."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bench.analysis import break_even, crossover
from bench.analysis.answers import corrected
from bench.analysis.crossover import Crossover
from bench.analysis.front import Front, fronts, undecided
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.domain import Case, Measurement
from bench.statistics.estimate import Estimate
from bench.views.answers import answers, mcnemar
from bench.views.figure_notes import short_percentiles
from bench.views.wording import seconds, share, short_target, some

MOST_NAMED = 3  # rows that a sentence names
MOST_CASES = 12  # rows of which a sentence says what is amiss with them


def results(summary: Summary) -> list[str]:
    """What is found beyond single comparisons: what variants cost, and where who wins."""
    return [
        *best(summary),
        *variants(summary),
        *answers(summary),
        *crossovers(summary),
        *break_evens(summary),
    ]


def variants(summary: Summary) -> list[str]:
    """What each variant answers otherwise than its original, said once for rows that agree."""
    told: dict[str, list[Case]] = {}
    p_values = corrected(summary)
    for row in summary.rows:
        case, counts = row.outcome.case, row.counts
        if counts is None or row.accuracy is None or not case.model.variant:
            continue
        low, high = (share(end) for end in (row.accuracy.low, row.accuracy.high))
        original = counts.errors.original_r2 if counts.errors else None
        if original is not None:
            said = (
                f"R² {share(row.accuracy.value)} ({low} to {high}), and that of"
                f" {case.model.original} {share(original)}; {counts.disagreements} of"
                f" {counts.total} numbers are off its own by 1 % of the targets' deviation or more."
            )
            told.setdefault(said, []).append(case)
        if row.p_value is None:
            continue
        said = (
            f"accuracy {share(row.accuracy.value)} ({low} to {high});"
            f" {counts.disagreements} of {counts.total} answers are not those of"
            f" {case.model.original}, {counts.gained} became right and {counts.lost} wrong"
            f" ({mcnemar(row.p_value, p_values)})."
        )
        told.setdefault(said, []).append(case)
    everywhere = [row.outcome.case for row in summary.rows]
    return [plain(f"{_names(cases, everywhere)}: {text}") for text, cases in told.items()]


def best(summary: Summary) -> list[str]:
    """The Pareto front of latency and accuracy of each batch, where there are variants to weigh.

    Of a disturbed machine none is told: it goes by medians, which the disturbance moves.
    """
    made = any(row.outcome.case.model.variant for row in summary.rows)
    if summary.unsuitable or not made:
        return []
    return [
        plain(
            f"At batch {front.batch}, no row is both faster and more accurate than"
            f" {', '.join(_point(summary.rows[index]) for index in front.best)}"
            f"{_undecided(summary, front)}."
        )
        for front in fronts(summary)
    ]


def _undecided(summary: Summary, front: Front) -> str:
    """Rows off the front of which that is not sure."""
    rows = [summary.rows[index] for index in undecided(summary, front)]
    if not rows:
        return ""
    return f"; {some(map(_point, rows), MOST_NAMED)} cannot be told from these"


def _point(row: Row) -> str:
    case = row.outcome.case
    assert row.p50 and row.accuracy
    figures = f"{seconds(row.p50.value)}, {share(row.accuracy.value)}"
    return f"{case.model.name} on {short_target(case)} ({figures})"


def crossovers(summary: Summary) -> list[str]:
    """At which batches which side is faster: targets of a model, and models that do cross.

    Models for which two targets cross alike are told together.
    """
    told: dict[str, list[Crossover]] = {}
    for crossed in crossover.crossovers(summary):
        first, second = crossed.baseline, crossed.candidate
        if first.model == second.model:
            told.setdefault(_crossing(crossed, ""), []).append(crossed)
        elif first.target == second.target and crossed.winner and not crossed.always:
            told.setdefault(crossing(crossed), []).append(crossed)
    return [
        crossing(group[0])
        if len(group) == 1
        else plain(f"For {some(_models(group), MOST_NAMED)}, {said}.")
        for said, group in told.items()
    ]


def _models(crossed: Sequence[Crossover]) -> Sequence[str]:
    """Their names, each once: a model may cross alike with any number of threads."""
    return list(dict.fromkeys(each.baseline.model.name for each in crossed))


def break_evens(summary: Summary) -> list[str]:
    """After how many calls a target that starts slower is the one to have taken."""
    return [
        plain(
            f"For {even.slower.model.name} at batch {even.slower.workload.batch},"
            f" {short_target(even.slower)} is ready {seconds(even.seconds)} later than"
            f" {short_target(even.faster)} and overtakes it after {even.calls.value:,.0f} calls"
            f" ({even.calls.low:,.0f}–{even.calls.high:,.0f})."
        )
        for even in break_even.break_evens(summary)
    ]


def crossing(crossed: Crossover) -> str:
    """Which side is faster at which of the batches that were measured."""
    first, second = crossed.baseline, crossed.candidate
    opening = ""
    if first.target == second.target:
        opening = f"On {short_target(first)}, "
    elif first.model == second.model:
        opening = f"For {first.model.name}, "
    by = f" ({_faster(crossed.ratio)} at {crossed.batch})" if crossed.ratio else ""
    return plain(f"{opening}{_crossing(crossed, by)}.")


def _crossing(crossed: Crossover, by: str) -> str:
    """The same in the words that models share; `by` says how much faster."""
    first, second = crossed.baseline, crossed.candidate
    if first.model == second.model:
        sides = [short_target(side) for side in (first, second)]
    elif first.target == second.target:
        sides = [side.model.name for side in (first, second)]
    else:
        sides = [f"{side.model.name} on {short_target(side)}" for side in (first, second)]
    if crossed.winner is None or crossed.batch is None:
        return (
            f"neither {sides[0]} nor {sides[1]} is the faster one at {crossed.batches[-1]}, the"
            " largest batch measured"
        )
    winner, loser = sides if crossed.winner is first else sides[::-1]
    if crossed.always:
        at = f"every batch measured ({', '.join(map(str, crossed.batches))})"
    else:
        won = [batch for batch in crossed.batches if batch >= crossed.batch]
        lost = [batch for batch in crossed.batches if batch < crossed.batch]
        at = f"batch {_listed(won)}{by}, and not at {lost[-1]}; what is between was not measured"
    return f"{winner} is faster than {loser} at {at}"


def _listed(batches: Sequence[int]) -> str:
    """`8`, `8 and 64`, `8, 64 and 512`."""
    *others, last = map(str, batches)
    return f"{', '.join(others)} and {last}" if others else last


def reasons(summary: Summary) -> list[str]:
    """Why rows have no figures, and what else is amiss with rows; each is said once for all."""
    said = [(row, f"{row.status}: {row.reason}") for row in summary.rows if row.reason]
    for row in summary.rows:
        said += [(row, text) for text in row.advice if text not in summary.unsuitable]
    damaged = [plain(f"damaged: {sentence}") for sentence in summary.report.damage]
    return [*_of_rows(summary, said), *damaged]


def remarks(summary: Summary) -> list[str]:
    """How models were made, what rows ran with, and what figures need that are missing."""
    noted = [(row, " ".join(row.outcome.case.model.notes)) for row in summary.rows]
    noted += [(row, _loaded(row)) for row in summary.rows]
    made = _of_rows(summary, [(row, note) for row, note in noted if note])
    return made + short_percentiles(summary)


def _loaded(row: Row) -> str:
    """The packages of a row with an environment of its own, and settings that it inherited."""
    inspection = row.outcome.inspection if isinstance(row.outcome, Measurement) else None
    if inspection is None or inspection.loaded is None:
        return ""
    loaded = inspection.loaded
    said = [f"{name}={value}" for name, value in loaded.inherited.items()]
    if row.outcome.case.target.environment:
        packages = [f"{name} {version}" for name, version in loaded.packages.items()]
        said = [", ".join((f"Python {loaded.python}", *packages)), *said]
    return f"ran with {', '.join(said)}." if said else ""


def _of_rows(summary: Summary, said: Sequence[tuple[Row, str]]) -> list[str]:
    """A line for each text, naming the rows that it is about."""
    told: dict[str, list[Case]] = {}
    for row, text in said:
        told.setdefault(text, []).append(row.outcome.case)
    everywhere = [row.outcome.case for row in summary.rows]
    return [plain(f"{_names(cases, everywhere)}: {text}") for text, cases in told.items()]


def machine(summary: Summary) -> str:
    """Where it was measured, in one line; nothing of a fleet of which no shard has come."""
    environment = summary.report.environment
    if not environment:
        return ""
    cases = [row.outcome.case for row in summary.rows]
    threads = sorted({case.workload.threads for case in cases})
    if cases and all(case.target.environment for case in cases):  # no row ran with what bench has
        environment = {**environment, "packages": {}, "python": ""}
    return where(environment, f"threads: {', '.join(map(str, threads))}")


def where(environment: Mapping[str, Any], *more: str) -> str:
    """A machine, what `more` is to be told of it, and its software."""
    packages = environment.get("packages", {})
    parts = [
        str(environment.get("cpu", "unknown CPU")),
        f"{environment.get('usable_cpus', '?')} CPUs",
        *([str(environment["gpu"])] if environment.get("gpu") else []),
        *more,
        *(f"{name} {packages[name]}" for name in packages if name.startswith("onnxruntime")),
        *([f"Python {python}"] if (python := environment.get("python", "?")) else []),
    ]
    return plain(", ".join(parts))


def _names(cases: Sequence[Case], everywhere: Sequence[Case]) -> str:
    """The shortest words for `cases`: all rows, whole targets, whole models, or one by one."""
    if len(cases) == len(everywhere):
        return "all rows"
    for name in (lambda case: short_target(case), lambda case: case.model.name):
        names = dict.fromkeys(map(name, cases))
        if len(cases) == sum(name(case) in names for case in everywhere):
            return some(names, MOST_CASES)
    return some(
        (
            f"{case.model.name} on {short_target(case)} at batch {case.workload.batch}"
            for case in cases
        ),
        MOST_CASES,
    )


def _faster(ratio: Estimate) -> str:
    """How many times as fast the faster side is: `1.42 times as fast, 1.300–1.500`."""
    value, low, high = ratio.value, ratio.low, ratio.high
    if value < 1:
        value, low, high = 1 / value, 1 / high, 1 / low if low else math.inf
    return f"{value:.2f} times as fast, {low:.3f}–{high:.3f}"
