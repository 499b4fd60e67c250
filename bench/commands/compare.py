"""`bench compare`: which of two is faster, and how sure that is."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bench.commands import options
from bench.commands.groups import grouped
from bench.commands.words import share
from bench.console import messages, plain, results
from bench.domain import Asked, Subject
from bench.engine.measure import Measured, measure
from bench.errors import NothingMeasured, PerformanceGateFailed, UsageError
from bench.progress import ProgressBar
from bench.views import sentences

if TYPE_CHECKING:
    from bench.analysis.comparison import Contest
    from bench.analysis.summary import Summary
    from bench.domain import Case


@grouped
def compare(
    running: options.Running,
    timing: options.Timing,
    number_format: options.NumberFormat,
    feeding: options.Feeding,
    thoroughness: options.Thoroughness,
    limiting: options.Limiting,
    saving: options.Saving,
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
    contests, measured = _contests(contenders, models, asked, across_machines)
    if contests:
        _show(contests)
    if measured:
        measured.check()
    if not contests:
        raise NothingMeasured(
            "There are no two rows to compare.",
            "Name two models, two providers or two batches, or reports with the same workload.",
        )
    _gate(contests, limit)


def _contests(
    contenders: list[str],
    models: list[str],
    asked: Asked,
    across_machines: bool,
) -> "tuple[list[Contest], Measured | None]":
    """The contests, and the sweep that was run for them, if one was."""
    from bench.analysis import comparison as contest

    if len(set(models)) < len(models):
        raise UsageError(
            "A model is named twice.", "`bench selftest` holds a network against itself."
        )
    if len(models) == len(contenders):
        measured = _measured(asked)
        return contest.within(measured.summary), measured
    return _with_reports(contenders, asked, across_machines)


def _with_reports(
    contenders: list[str], asked: Asked, across_machines: bool
) -> "tuple[list[Contest], Measured | None]":
    """Contests of two saved reports, or of one with a model that is measured as its rows were."""
    from bench.analysis import comparison as contest
    from bench.analysis.summary import summarise
    from bench.host.environment import environment
    from bench.records.store import read

    if len(contenders) != 2:
        raise UsageError(
            "A saved report is compared with one other contender.",
            "Name two reports, or a report and a model.",
        )
    sides = [summarise(read(Path(word))) if _is_report(word) else None for word in contenders]
    saved = next(side for side in sides if side)
    measured = None
    if None in sides:
        if not across_machines:
            contest.check_same_machine(saved.report.environment, environment())
        measured = _measured(_like(saved, asked))
    first, second = (side or measured.summary for side in sides)
    if not across_machines:
        contest.check_same_machine(first.report.environment, second.report.environment)
    for line in contest.changed_versions(first.report, second.report):
        messages().print(f"warning: {line}", markup=False, soft_wrap=True)
    return contest.between(first, second), measured


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


def _show(contests: "list[Contest]") -> None:
    """A sentence for each contest, the figures of all contenders, and what may explain them."""
    from bench.views.sentences import finding

    for one in contests:
        sides = one.baseline.outcome.case, one.candidate.outcome.case
        first, second = _labels(*sides)
        sentence = finding(one, first, second)
        results().print(Text(plain(f"{_common(*sides)}: {sentence}.")))
        if one.bootstrap:
            low, high = one.bootstrap
            check = (
                f"Seconds of {second} over {first}: {one.ratio.low:.3f}–{one.ratio.high:.3f} by"
                f" Student's t, {low:.3f}–{high:.3f} by a two-level bootstrap."
            )
            results().print(Text(plain(f"  {check}"), style="dim"))
        for line in one.why:
            results().print(Text(plain(f"  {line}"), style="dim"))
    results().print(_table(contests))


def _table(contests: "list[Contest]") -> Table:
    from bench.views.wording import percent, plus_minus, rate, seconds

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Contender", overflow="fold")
    for heading in ("p50", "95 %", "Items/s", "Within", "Between"):
        table.add_column(heading, justify="right", no_wrap=True)
    rows = {id(row): row for one in contests for row in (one.baseline, one.candidate)}
    for row in rows.values():
        estimate, throughput = row.p50, row.throughput
        if estimate and throughput:
            table.add_row(
                Text(plain(row.outcome.case.label)),
                seconds(estimate.value),
                plus_minus(row),
                rate(throughput.value),
                percent(estimate.within, 2),
                percent(estimate.between, 2),
            )
    table.caption = "Within and Between: spread of rounds in a process, and of processes."
    table.caption_justify = "left"
    return table


def _labels(baseline: "Case", candidate: "Case") -> tuple[str, str]:
    """The shortest names that tell two cases apart."""
    for name in (
        lambda case: case.model.name,
        lambda case: str(case.target),
        lambda case: f"batch {case.workload.batch}",
    ):
        if name(baseline) != name(candidate):
            return name(baseline), name(candidate)
    return "the first", "the second"


def _common(baseline: "Case", candidate: "Case") -> str:
    """What the two share."""
    shared = []
    if baseline.model.name == candidate.model.name:
        shared.append(baseline.model.name)
    if baseline.target == candidate.target:
        shared.append(f"on {baseline.target}")
    if baseline.workload.batch == candidate.workload.batch:
        shared.append(f"at batch {baseline.workload.batch}")
    else:
        shared.append("per item")
    text = " ".join(shared)
    return text[:1].upper() + text[1:] if text.startswith("on") else text


def _gate(contests: "list[Contest]", limit: float | None) -> None:
    """Raise when an interval lies wholly above the limit; a wide one is no evidence."""
    if limit is None:
        return
    for one in contests:
        slower = one.ratio.low > 1 + limit
        label = one.candidate.outcome.case.label
        if one.verdict == "inconclusive":
            reason = one.why[0] if one.why else "One replicate is too few."
            messages().print(f"inconclusive: {label}: {reason}", markup=False, soft_wrap=True)
        elif slower:
            raise PerformanceGateFailed(
                f"{label} is slower by at least {100 * (one.ratio.low - 1):.1f} %, more than"
                f" {100 * limit:g} %.",
                "See what changed, or raise --fail-if-slower.",
            )
        elif one.ratio.high > 1 + limit:
            messages().print(
                f"inconclusive: {label} may be slower by up to"
                f" {100 * (one.ratio.high - 1):.1f} %. Measure longer: --publish, or a smaller"
                " --target-width.",
                markup=False,
                soft_wrap=True,
            )


plugin = compare
