"""`bench compare`: which of two is faster, and how sure that is."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.commands import delivery, options
from bench.commands.groups import grouped
from bench.commands.words import share
from bench.console import messages
from bench.domain import Asked, Subject
from bench.engine.measure import Measured, measure
from bench.errors import NothingMeasured, UsageError
from bench.progress import ProgressBar
from bench.views import sentences

if TYPE_CHECKING:
    from bench.analysis.summary import Summary
    from bench.views.comparison import ComparisonView

THIS_RUN = "this run"


@grouped
def compare(
    running: options.Running,
    timing: options.Timing,
    number_format: options.NumberFormat,
    feeding: options.Feeding,
    thoroughness: options.Thoroughness,
    limiting: options.Limiting,
    saving: options.Saving,
    showing: options.Showing,
    contenders: Annotated[
        list[str],
        typer.Argument(metavar="A [B]", help="Models, or reports that `bench run` saved."),
    ],
    dataset: options.DatasetName = None,
    fail_if_slower: Annotated[
        str | None,
        typer.Option(metavar="X%", help="Exit 5 when the second is surely slower by more."),
    ] = None,
    across_machines: Annotated[
        bool, typer.Option("--across-machines", help="Compare reports of different machines.")
    ] = False,
) -> None:
    """Compare two contenders: models, targets, batches or saved reports.

    bench compare avg max · bench compare avg -p cpu -p torch:cpu · bench compare avg -b 1,8 ·
    bench compare old/report.json new/report.json · bench compare old/report.json avg
    """
    limit = share(fail_if_slower, "--fail-if-slower") if fail_if_slower else None
    delivery.check(showing.format, showing.output)
    models = [word for word in contenders if not _is_report(word)]
    subject = Subject(
        tuple(models),
        running.targets(),
        running.batches(),
        running.counts(),
        timing.boundary,
        number_format.precisions(),
        options=running.options(),
        placement=timing.placement(),
    )
    asked = Asked(
        subject,
        feeding.feed(dataset),
        thoroughness.effort(),
        thoroughness.budget,
        limiting.limits(),
        saving.folder(),
        ("bench", *sys.argv[1:]),
    )
    view, measured = _compared(contenders, models, asked, across_machines)
    _tell(view, measured, limit, showing)


def _tell(
    view: "ComparisonView", measured: Measured | None, limit: float | None, showing: options.Showing
) -> None:
    """Show the comparisons, and raise what becomes of them: rows that broke, a limit passed."""
    from bench.analysis.judge import Limits, judge
    from bench.views.judgement import error

    judgement = None
    if view.comparisons:
        if limit is not None:
            judgement = judge(view.comparisons, Limits(limit))
        closing = delivery.is_whole(showing.format, showing.output)
        shown = replace(view, judgement=judgement, closing=closing)
        delivery.deliver(shown, showing.format, showing.output)
    if measured:
        measured.check()
    if not view.comparisons:
        raise NothingMeasured(
            "There are no two rows to compare.",
            "Name two models, two providers or two batches, or reports with the same workload.",
        )
    if judgement and (closes := error(judgement)):
        raise closes


def _compared(
    contenders: list[str], models: list[str], asked: Asked, across_machines: bool
) -> "tuple[ComparisonView, Measured | None]":
    """The comparisons, and what was measured for them, if anything was."""
    from bench.analysis.summary import with_batches
    from bench.views.comparison import ComparisonView

    if len(set(models)) < len(models):
        raise UsageError(
            "A model is named twice.", "`bench selftest` holds a network against itself."
        )
    if len(models) < len(contenders):
        return _with_reports(contenders, asked, across_machines)
    measured = _measured(asked)
    return ComparisonView(with_batches(measured.summary)), measured


def _with_reports(
    contenders: list[str], asked: Asked, across_machines: bool
) -> "tuple[ComparisonView, Measured | None]":
    """Two saved reports, or one with a model that is measured as its rows were."""
    from bench.analysis.between import between, changed_versions, check_same_machine
    from bench.analysis.summary import summarise
    from bench.host.environment import environment
    from bench.records.store import read
    from bench.views.comparison import ComparisonView
    from bench.views.names import report_names

    if len(contenders) != 2:
        raise UsageError(
            "A saved report is compared with one other contender.",
            "Name two reports, or a report and a model.",
        )
    sides = [summarise(read(Path(word))) if _is_report(word) else None for word in contenders]
    paths = [Path(word if side else THIS_RUN) for word, side in zip(contenders, sides, strict=True)]
    saved = next(side for side in sides if side)
    hint = "Add --across-machines to compare them all the same."
    measured = None
    if None in sides:
        if not across_machines:
            check_same_machine(saved.report.environment, environment(), hint)
        measured = _measured(_like(saved, asked))
    first, second = (side or (measured.summary if measured else saved) for side in sides)
    if not across_machines:
        check_same_machine(first.report.environment, second.report.environment, hint)
    names = report_names(paths)
    changed = changed_versions(first.report, second.report, names)
    return ComparisonView(between(first, second, names), changed), measured


def _like(saved: "Summary", asked: Asked) -> Asked:
    """What is asked for, with the workloads of a report's rows where the user chose none."""
    cases = [row.outcome.case for row in saved.rows if row.p50]
    if not cases:
        raise NothingMeasured("The report has no measured row.", "Name another report.")
    workloads = [case.workload for case in cases]
    subject = asked.subject
    like = replace(
        subject,
        targets=subject.targets or tuple(case.target for case in cases),
        batches=subject.batches or tuple(workload.batch for workload in workloads),
        threads=subject.threads or tuple(workload.threads for workload in workloads),
    )
    return replace(asked, subject=like)


def _measured(asked: Asked) -> Measured:
    """A sweep; what was not measured in it is told."""
    measured = measure(asked, ProgressBar())
    for line in sentences.notes(measured.summary):
        messages().print(line, style="yellow", markup=False, soft_wrap=True)
    return measured


def _is_report(word: str) -> bool:
    path = Path(word)
    return (
        path.suffix in (".json", ".jsonl")
        or (path / "journal.jsonl").is_file()
        or (path / "report.json").is_file()
    )


plugin = compare
