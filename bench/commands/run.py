"""`bench run`: speed and accuracy of models on targets."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.commands import delivery, options
from bench.commands.groups import grouped
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.domain import Asked
    from bench.engine.measure import Measured, Watch

# What changes nothing of the plan, and may stand beside --resume.
WITH_RESUME = {
    *("resume", "budget", "limit", "no_wait", "format", "output", "plot", "details"),
    *("history", "history_file"),
    # Named again, not changed.
    *("models", "dataset", "metric", "input", "provider", "with_", "python", "option", "trust"),
}

# What changes nothing of a plan for several machines: that and where the report is saved.
WITH_PLAN = {*(WITH_RESUME - {"resume", "history", "history_file"}), "reports"}

Resume = Annotated[
    Path | None,
    typer.Option(
        "--resume",
        metavar="REPORT",
        rich_help_panel="Saving",
        help="Go on with a saved run that was interrupted; name the files of one from elsewhere.",
    ),
]
History = Annotated[
    bool,
    typer.Option(
        "--history",
        rich_help_panel="Saving",
        help="Add the result to the history; see bench history.",
    ),
]
Anchor = Annotated[
    bool | None,
    typer.Option(
        "--anchor/--no-anchor",
        rich_help_panel="Saving",
        show_default="with --history, and where CI is set",
        help="Measure a small fixed model beside it, by which runs can be held against each other.",
    ),
]


@grouped
def run(
    context: typer.Context,
    running: options.Running,
    timing: options.Timing,
    variants: options.Variants,
    feeding: options.Feeding,
    thoroughness: options.Thoroughness,
    limiting: options.Limiting,
    saving: options.Saving,
    sharing: options.Sharing,
    showing: options.Showing,
    models: options.Models = None,
    dataset: options.DatasetName = None,
    metric: options.MetricName = None,
    compare_anyway: options.CompareAnyway = False,
    plot: options.Plot = False,
    details: options.Details = False,
    resume: Resume = None,
    history: History = False,
    history_file: options.HistoryFile = None,
    anchor: Anchor = None,
) -> None:
    """Measure speed and accuracy of models on targets.

    Without arguments: both bundled networks on the CPU at batch 1 and 128.
    """
    from bench.history import remembering
    from bench.progress import ProgressBar
    from bench.views.report import ReportView

    delivery.check(showing.format, showing.output, plot, "benchmarks")
    if history:
        remembering.check(history_file)
    watch = ProgressBar(lambda summary, width: delivery.drawn(ReportView(summary, plot), width))
    shard = sharing.chosen(options.given(context), WITH_PLAN)
    if resume:
        _check_resumable(options.given(context))
    asked = options.asked(
        models,
        running,
        variants,
        feeding,
        limiting,
        timing=timing,
        dataset=dataset,
        metric=metric,
        thoroughness=thoroughness,
        saving=saving,
        compare_anyway=compare_anyway,
        anchor=remembering.wants_anchor(history) if anchor is None else anchor,
    )
    measured = _measured(asked, watch, shard, resume)
    view = ReportView(measured.summary, plot, details)
    delivery.deliver(view, showing.format, showing.output)
    if history and not measured.ended:
        remembering.remember_run(measured.summary, measured.folder, history_file)
    measured.check()


def _measured(
    asked: "Asked", watch: "Watch", shard: tuple[Path, int, int] | None, report: Path | None
) -> "Measured":
    """A part of a plan, what goes on with a report, or all that is asked for."""
    from bench.engine import measure as engine
    from bench.engine.shards import measure_shard

    if shard:
        return measure_shard(*shard, asked, watch)
    return engine.resume(report, asked, watch) if report else engine.measure(asked, watch)


def _check_resumable(given: set[str]) -> None:
    """Raise UsageError for an option that would change what was planned."""
    if changing := given - WITH_RESUME:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(changing))
        raise UsageError(
            f"--resume continues what was planned, and {named} would change it.",
            "Only --budget, --limit, --history, the options of output, and the names of what it was"
            " started with go with it.",
        )


plugin = run
