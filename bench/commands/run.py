"""`bench run`: speed and accuracy of models on targets."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.commands import options
from bench.commands.remembering import HistoryFile
from bench.commands.trust import Trust
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.engine.variants import Asked

Precisions = Annotated[
    str,
    typer.Option(
        metavar="P,P…",
        help="fp32, native (the runtime's own), and models made of yours: fp16, int8.",
    ),
]
Optimize = Annotated[
    bool, typer.Option("--optimize", help="Each model also with exact rewrites of its graph.")
]
MaxAccuracyDrop = Annotated[
    str | None,
    typer.Option(
        metavar="X%", help="A variant that loses more than this of its accuracy is invalid."
    ),
]

# What changes nothing of the plan.
WITH_RESUME = ("budget", "limit", "format", "output", "plot", "history", "history_file")


def run(
    context: typer.Context,
    models: options.Models = None,
    provider: options.Providers = None,
    batch: options.Batch = None,
    threads: options.Threads = None,
    boundary: options.BoundaryName = "host",
    precision: Precisions = "fp32",
    optimize: Optimize = False,
    max_accuracy_drop: MaxAccuracyDrop = None,
    option: options.RuntimeOptions = None,
    dim: options.Dims = None,
    input: options.Inputs = None,
    strict: options.Strict = False,
    allow_fallback: options.AllowFallback = False,
    limit: options.LimitWords = None,
    trust: Trust = None,
    dataset: options.DatasetName = None,
    quick: options.Quick = False,
    publish: options.Publish = False,
    target_width: options.TargetWidth = None,
    budget: options.Budget = None,
    seed: options.Seed = 1,
    format: options.FormatName = "table",
    output: options.Output = None,
    plot: options.Plot = False,
    reports: options.Reports = Path("reports"),
    no_save: options.NoSave = False,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="REPORT", help="Go on with a saved run that was interrupted."),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Add the result to the history; see bench history.")
    ] = False,
    history_file: HistoryFile = None,
) -> None:
    """Measure speed and accuracy of models on targets.

    Without arguments: both bundled networks on the CPU at batch 1 and 128.
    """
    from bench.commands import delivery, measuring, remembering

    delivery.check(format, output, plot)
    if history:
        remembering.check(history_file)
    if resume:
        _check_resumable(context)
        measured = measuring.go_on(resume, budget, options.limits(limit))
    else:
        wanted = measuring.wanted(context, models)
        measured = measuring.measure(replace(wanted, variants=_variants(context.params)))
    delivery.deliver(measured.summary, format, output, plot)
    if history and not measured.ended:
        remembering.remember_run(measured.summary, measured.folder, history_file)
    measured.judge()


def _check_resumable(context: typer.Context) -> None:
    """Raise UsageError for an option that would change what was planned."""
    given = options.given(context) - {"resume", *WITH_RESUME}
    if given:
        raise UsageError(
            f"--resume goes on with what was planned, without {', '.join(sorted(given))}.",
            "Only --budget, --limit, --history and the options of output go with it.",
        )


def _variants(given: dict[str, Any]) -> "Asked":
    """What the command line asks for. Raises UsageError for unknown words and a lonely limit."""
    from bench.engine.variants import MADE, PRECISIONS, Asked

    words = tuple(dict.fromkeys(given["precision"].split(",")))
    for word in words:
        if word not in PRECISIONS:
            raise UsageError(
                f"There is no precision '{word}'.", f"Choose of: {', '.join(PRECISIONS)}."
            )
    optimise, drop = given["optimize"], given["max_accuracy_drop"]
    if drop is not None and not optimise and not set(words) & set(MADE):
        raise UsageError(
            "--max-accuracy-drop judges variants, and none is asked for.",
            "Add --precision fp32,int8 or --optimize.",
        )
    most = None if drop is None else options.share(drop, "--max-accuracy-drop")
    return Asked(words, optimise, most)


plugin = run
