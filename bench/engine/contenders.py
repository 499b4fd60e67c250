"""Contenders held against each other: measured now, saved in reports, or one of each."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.analysis.between import (
    SpreadOf,
    between,
    calibrated_apart,
    changed_versions,
    check_same_machine,
)
from bench.analysis.comparison import Comparison
from bench.analysis.matching import apart
from bench.analysis.summary import Summary, summarise, with_batches
from bench.domain import Asked, Case, Failed, Invalid, Match, Outcome, Skipped, Target
from bench.engine.allocation import is_comparable
from bench.engine.measure import Measured, measure
from bench.engine.plan import Planned
from bench.engine.replicate import LONE
from bench.engine.watch import Watch
from bench.errors import AccuracyGateFailed, BenchError, NothingMeasured, UsageError
from bench.host.environment import environment
from bench.models.short_names import called, of_cases
from bench.records.journal import JOURNAL
from bench.records.labels import of_two
from bench.records.newest import named
from bench.records.store import SUMMARY, read

THIS_RUN = Path("this run")
# What is known of the spread between runs, given the two sides.
Spread = Callable[[Sequence[Summary]], SpreadOf]
ACROSS = "Measure both on one machine; --across-machines compares them all the same."


@dataclass(frozen=True, slots=True)
class Compared:
    """Comparisons, what else changed between two reports, and what was measured, if anything."""

    comparisons: Sequence[Comparison]
    changes: Sequence[str]
    measured: Measured | None


def compare(
    contenders: Sequence[str], asked: Asked, across_machines: bool, spread: Spread, watch: Watch
) -> Compared:
    """The comparisons of models that are measured as `asked`, or of two of which one is a report.

    `spread` tells how far apart two runs come out, where the two are not of one run.
    Raises UsageError for contenders that make no comparison, ReportError for reports of different
    machines unless `across_machines`.
    """
    contenders = [str(named(word)) for word in contenders]
    models = tuple(word for word in contenders if not _is_report(word))
    if len(set(models)) < len(models):
        raise UsageError(
            "A model is named twice.", "`bench selftest` holds a network against itself."
        )
    asked = replace(asked, subject=replace(asked.subject, models=models))
    if len(models) < len(contenders):
        return _with_reports(contenders, asked, across_machines, spread, watch)
    measured = measure(asked, watch, partial(_check_planned, asked.subject.match), needed="pair")
    comparisons = with_batches(measured.summary)
    outcomes = [row.outcome for row in measured.summary.rows]
    if not comparisons or not is_comparable(outcomes, (), asked.subject.match):
        raise measured.ended or _nothing(outcomes)
    return Compared(comparisons, (), measured)


def _check_planned(match: Match, planned: Sequence[Planned]) -> None:
    """Raise why a comparison cannot be: one row, others that ended already, or other inputs."""
    cases = [row.case for row in planned]
    if len(cases) < 2:
        raise UsageError(
            "There is one row, and nothing to compare it with.",
            "Name another model or a report, or give several targets (-p) or batches (-b).",
        )
    ended = [row.ended for row in planned if row.ended]
    outcomes: list[Outcome] = [row.ended or Skipped(row.case, LONE) for row in planned]
    alive = [index for index, row in enumerate(planned) if not row.ended]
    if ended and (len(alive) < 2 or not is_comparable(outcomes, alive, match)):
        raise _nothing(ended)
    _check_inputs(match, cases)


def _nothing(outcomes: Sequence[Outcome]) -> BenchError:
    """The error of a comparison that cannot be: why its rows were not measured."""
    ended = [row for row in outcomes if isinstance(row, Invalid | Failed | Skipped)]
    own = [row for row in ended if row.reason != LONE]
    broken = [row for row in own if not isinstance(row, Skipped)] or own
    if not broken:
        return NothingMeasured(
            "There are no two rows to compare.",
            "Name two models, two providers or two batches, or reports with the same workload.",
        )
    names = of_cases(row.case for row in outcomes)
    whose = {row.reason: called(row.case, names).label for row in reversed(broken)}
    said = " ".join(f"{label}: {reason}" for reason, label in reversed(whose.items()))
    kind = {Invalid: AccuracyGateFailed, Failed: BenchError, Skipped: NothingMeasured}
    return kind[type(broken[0])](
        f"There is nothing to compare. {said}", "Measure what works by itself: bench run."
    )


def _check_inputs(match: Match, cases: Sequence[Case]) -> None:
    """Raise UsageError where the models that are named are not to be compared with each other."""
    differing = apart(cases, match)
    if differing:
        raise UsageError(
            f"{' and '.join(case.model.name for case in differing)} take different inputs, so their"
            " times answer different questions.",
            "Add --compare-anyway to compare them all the same, or list them with `bench run`.",
        )


def _with_reports(
    contenders: Sequence[str], asked: Asked, across_machines: bool, spread: Spread, watch: Watch
) -> Compared:
    """Two saved reports, or one with a model that is measured as its rows were."""
    if len(contenders) != 2:
        raise UsageError(
            "A saved report is compared with one other contender.",
            "Name two reports, or a report and a model.",
        )
    judged = asked.effort.judged
    sides = [
        summarise(read(Path(word)), judged) if _is_report(word) else None for word in contenders
    ]
    saved = next(side for side in sides if side)
    measured = None
    if None in sides:
        if not across_machines:
            check_same_machine(saved.report.environment, environment(), ACROSS)
        measured = measure(_like(saved, asked), watch)
    first, second = (side or (measured.summary if measured else saved) for side in sides)
    if not across_machines:
        check_same_machine(first.report.environment, second.report.environment, ACROSS)
    labels = of_two(
        *(Path(word) if side else THIS_RUN for word, side in zip(contenders, sides, strict=True))
    )
    changes = changed_versions(first.report, second.report, labels)
    if across_machines:
        changes += [
            sentence[:1].upper() + sentence[1:]
            for sentence in calibrated_apart(first.report, second.report, labels)
        ]
    comparisons = between(
        first,
        second,
        labels,
        spread((first, second)),
        across_machines=across_machines,
        match=asked.subject.match,
    )
    for compared in comparisons:
        if compared.complete:
            _check_inputs(asked.subject.match, (compared.baseline.case, compared.candidate.case))
    return Compared(comparisons, changes, measured)


def _like(saved: Summary, asked: Asked) -> Asked:
    """What is asked for, with the workloads of a report's rows where the user chose none."""
    cases = [row.outcome.case for row in saved.rows if row.p50]
    if not cases:
        raise NothingMeasured("The report has no measured row.", "Name another report.")
    workloads = [case.workload for case in cases]
    subject = asked.subject
    like = replace(
        subject,
        targets=subject.targets or tuple(map(_harmless, cases)),
        batches=subject.batches or tuple(workload.batch for workload in workloads),
        threads=subject.threads or tuple(workload.threads for workload in workloads),
    )
    return replace(asked, subject=like, anchor=bool(saved.anchors))


def _harmless(case: Case) -> Target:
    """The target of a row, unless the report, which may be anybody's, would run code by it.

    An environment has an interpreter, and options of a provider may name libraries.
    """
    target = case.target
    if target.environment or target.options:
        used = "interpreter" if target.environment else "options"
        raise UsageError(
            f"The report has a row on {target}, whose {used} would be used.",
            f"If you know it, name it: --provider {shlex.quote(str(target))}",
        )
    return target


def _is_report(word: str) -> bool:
    path = Path(word)
    return (
        path.suffix in (".json", ".jsonl")
        or (path / JOURNAL).is_file()
        or (path / SUMMARY).is_file()
    )
