"""`bench bisect`: the first release of a package that is slower, or answers otherwise."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import UsageError
from bench.options.words import share

# What changes nothing of a bisection, or names again the code that it runs.
WITH_RESUME = {"resume", "limit", "no_wait", "format", "output", "trust"}

Model = Annotated[str | None, typer.Argument(metavar="MODEL", help="avg, max or a path.")]
Package = Annotated[
    str | None, typer.Argument(metavar="PACKAGE", help="As the index has it: onnxruntime.")
]
Resume = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        rich_help_panel="Saving",
        help="Go on with one that was interrupted, in place of all else: nothing again.",
    ),
]


@grouped
def bisect(
    context: typer.Context,
    running: options.RunningOne,
    feeding: options.Feeding,
    limiting: options.Limiting,
    saving: options.Saving,
    showing: options.Showing,
    model: Model = None,
    package: Package = None,
    good: Annotated[
        str | None, typer.Option(metavar="V", help="A release that is as it should be.")
    ] = None,
    bad: Annotated[str | None, typer.Option(metavar="V", help="A later one that is not.")] = None,
    slower: Annotated[
        str | None,
        typer.Option(metavar="X%", show_default="5%", help="By how much a bad one takes longer."),
    ] = None,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="A bad one has other outputs, however fast it is.")
    ] = False,
    no_wait: options.NoWait = False,
    resume: Resume = None,
) -> None:
    """Find the first release of a package that is slower, or answers otherwise.

    bench bisect model.onnx onnxruntime --good 1.27 --bad 1.32. The answer is right in 19 of 20.
    """
    from bench.engine.bisecting import search
    from bench.engine.bisecting.kept import Wanted
    from bench.environments.releases import between, releases
    from bench.progress import ProgressBar
    from bench.views.bisection import BisectionView

    delivery.check(showing.format, showing.output)
    if wrong and slower:
        raise UsageError("--slower and --wrong exclude each other.", "Search for one of them.")
    by = None if wrong else share(slower or "5%", "--slower")
    models = [model] if model else []
    asked = options.asked(models, running, options.NumberFormat(), feeding, limiting, saving=saving)
    asked = replace(asked, wait=not no_wait)
    if resume:
        beside = "--limit, --no-wait, --trust of code that it runs, and the options of output"
        options.check_resumable(options.given(context), WITH_RESUME, beside)
        bisected = search.resume(resume, asked, ProgressBar)
    elif model and package and good and bad:
        candidates = tuple(between(releases(package), good, bad))
        bisected = search.bisect(Wanted(asked, package, candidates, by), ProgressBar)
    else:
        raise UsageError(
            "A bisection has a model, a package and two of its releases.",
            "Try: bench bisect max onnxruntime --batch 1 --good 1.31 --bad 1.32",
        )
    delivery.deliver(BisectionView(bisected), showing.format, showing.output)
    if bisected.first_bad is None:
        raise bisected.ended or search.no_bad_one(bisected)


plugin = bisect
