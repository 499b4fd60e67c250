"""`bench run`: speed and accuracy of models on targets."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.console import messages
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.analysis.side_by_side import SideBySide
    from bench.analysis.summary import Summary
    from bench.domain import Asked
    from bench.engine.measure import Measured
    from bench.engine.watch import Watch

# What changes nothing of the plan, and may stand beside --resume.
WITH_RESUME = {
    *("resume", "budget", "limit", "no_wait", "format", "output", "plot", "details"),
    *("history", "history_file"),
    "on",  # of a fleet
    # Named again, not changed.
    *("models", "dataset", "metric", "input", "provider", "with_", "python", "option", "trust"),
}

# What changes nothing of a plan for several machines: that and where the report is saved.
WITH_PLAN = {*(WITH_RESUME - {"resume", "history", "history_file", "on"}), "reports"}

# What says nothing of the configuration, and may stand beside --tuned.
WITH_TUNED = {
    *("tuned", "effort", "quick", "publish", "target_width", "replicates", "budget", "no_wait"),
    *("limit", "reports", "no_save", "format", "output", "plot", "details"),
    *("dataset", "metric", "input", "dim"),
}

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
Tuned = Annotated[
    Path | None,
    typer.Option(
        "--tuned",
        metavar="FOLDER",
        help="What `bench tune` wrote there, beside this machine's default.",
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
    tuned: Tuned = None,
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
    given = options.given(context)
    shard = sharing.chosen(given, WITH_PLAN)
    _check_given(resume, tuned, given)
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
    if sharing.on_nodes(given, resume):
        return _on_nodes(asked, sharing, resume, partial(_deliver, showing, plot, details))
    measured = _measured(asked, watch, shard, resume, tuned)
    _deliver(showing, plot, details, measured.summary)
    if history and not measured.ended:
        remembering.remember_run(measured.summary, measured.folder, history_file)
    return measured.check()


def _deliver(
    showing: options.Showing, plot: bool, details: bool, shown: "Summary | SideBySide"
) -> None:
    from bench.views.report import ReportView

    delivery.deliver(ReportView(shown, plot, details), showing.format, showing.output)


def _measured(
    asked: "Asked",
    watch: "Watch",
    shard: tuple[Path, int, int] | None,
    report: Path | None,
    tuned: Path | None,
) -> "Measured":
    """A part of a plan, what goes on with a report, what was tuned, or all that is asked for."""
    from bench.engine import measure as engine
    from bench.engine.shards import measure_shard

    if shard:
        return measure_shard(*shard, asked, watch)
    if tuned:
        return _tuned(tuned, asked, watch)
    return engine.resume(report, asked, watch) if report else engine.measure(asked, watch)


def _on_nodes(
    asked: "Asked",
    sharing: options.Sharing,
    report: Path | None,
    deliver: "Callable[[Summary | SideBySide], None]",
) -> None:
    """Have the nodes of a cluster measure what is asked for, or go on with a fleet."""
    from bench.fleet import on_ray
    from bench.fleet.display import FleetDisplay
    from bench.fleet.measure import measure_on, resume_on

    on_ray.check_installed()
    watch, connect = FleetDisplay(), on_ray.RayCluster
    if report:
        measured = resume_on(report, sharing.on, asked, watch, connect)
    else:
        assert sharing.on
        places = tuple(dict.fromkeys(sharing.where or ()))
        measured = measure_on(sharing.on, places, asked, watch, connect)
    deliver(measured.shown)
    measured.check()


def _check_given(resume: Path | None, tuned: Path | None, given: set[str]) -> None:
    if resume:
        _check_resumable(given)
    elif tuned:
        _check_tuned(given)


def _check_resumable(given: set[str]) -> None:
    """Raise UsageError for an option that would change what was planned."""
    if changing := given - WITH_RESUME:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(changing))
        raise UsageError(
            f"--resume continues what was planned, and {named} would change it.",
            "Only --budget, --limit, --history, the options of output, and the names of what it was"
            " started with go with it.",
        )


def _check_tuned(given: set[str]) -> None:
    """Raise UsageError for an option that says otherwise what the folder says."""
    if changing := given - WITH_TUNED:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(changing))
        raise UsageError(
            f"--tuned measures what its folder says, and {named} would change it.",
            "Leave that out; to try others, use `bench tune`.",
        )


def _tuned(folder: Path, asked: "Asked", watch: "Watch") -> "Measured":
    from bench.engine.tuning.remeasured import measure_again
    from bench.views.tuning import remeasured

    result = measure_again(folder, asked, watch)
    messages().print(remeasured(result), markup=False, soft_wrap=True)
    return result.measured


plugin = run
