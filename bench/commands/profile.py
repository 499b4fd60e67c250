"""`bench profile`: where the time of a call goes, kernel by kernel, side by side."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import BenchError, NothingMeasured, UsageError

Show = Annotated[
    Path | None,
    typer.Option(metavar="FILE.json", help="Show a profile that was saved, and measure nothing."),
]
Calls = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=1_000_000,
        show_default="100, and fewer of a slow model",
        help="Traced calls, of which the mean is shown.",
    ),
]


@grouped
def profile(
    context: typer.Context,
    running: options.Running,
    number_format: options.NumberFormat,
    feeding: options.Feeding,
    limiting: options.Limiting,
    keeping: options.Keeping,
    models: options.Models = None,
    calls: Calls = None,
    show: Show = None,
) -> None:
    """Show what each kernel of a call takes, and which nodes of the file it runs.

    A matrix product and a copy, measured alongside, show how near each kernel comes to what the
    target can do.

    bench profile avg max · bench profile model.onnx -p cpu -p openvino:cpu -b 8 ·
    bench profile --show profile.json
    """
    from bench.engine.launcher import Worker
    from bench.engine.tracing import trace
    from bench.views.profile import ProfileView, saved

    shown_as = delivery.kept_as(keeping.format, keeping.output)
    delivery.check(shown_as, keeping.output, draws="calls")
    if show:
        if options.given(context) - {"show", "format", "output"}:
            raise UsageError(
                "--show shows a file and measures nothing.",
                "Leave out the models and all options but --format and --output.",
            )
        delivery.keep(saved(show), keeping.format, keeping.output)
        return
    asked = options.asked(models, running, number_format, feeding, limiting)
    traced = trace(asked, calls, partial(Worker, limits=asked.limits))
    if traced.profiles:
        delivery.keep(ProfileView(traced.document()), keeping.format, keeping.output)
    if traced.ended:
        raise traced.ended
    if not traced.profiles:
        raise NothingMeasured("Nothing could be profiled.", "The lines above say why.")
    if traced.failed:
        raise BenchError(
            f"{traced.failed} of {traced.failed + len(traced.profiles)} rows failed.",
            "The lines above say why.",
        )


plugin = profile
