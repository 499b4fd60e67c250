"""`bench run`: speed and accuracy of models on targets."""

from pathlib import Path
from typing import Annotated

import typer

from bench.commands import options
from bench.errors import UsageError


def run(
    context: typer.Context,
    models: options.Models = None,
    provider: options.Providers = None,
    batch: options.Batch = None,
    threads: options.Threads = None,
    dataset: options.DatasetName = None,
    quick: options.Quick = False,
    publish: options.Publish = False,
    target_width: options.TargetWidth = None,
    budget: options.Budget = None,
    seed: options.Seed = 1,
    format: options.FormatName = "table",
    output: options.Output = None,
    reports: options.Reports = Path("reports"),
    no_save: options.NoSave = False,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="REPORT", help="Go on with a saved run that was interrupted."),
    ] = None,
) -> None:
    """Measure speed and accuracy of models on targets.

    Without arguments: both bundled networks on the CPU at batch 1 and 128.
    """
    from bench.commands import delivery, measuring

    delivery.check(format, output)
    if resume:
        given = options.given(context) - {"resume", "budget", "format", "output"}
        if given:
            raise UsageError(
                f"--resume goes on with what was planned, without {', '.join(sorted(given))}.",
                "Only --budget, --format and --output go with it.",
            )
        measured = measuring.go_on(resume, budget)
    else:
        wanted = measuring.Wanted(
            options.request(models, provider, batch, threads, dataset, seed),
            options.effort(quick, publish, target_width),
            None if no_save else reports,
            budget,
        )
        measured = measuring.measure(wanted)
    delivery.deliver(measured.summary, format, output)
    measured.judge()


plugin = run
