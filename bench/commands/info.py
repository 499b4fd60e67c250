"""`bench info`: what a model is, and for a bundled network, whether it is what it must be."""

from functools import partial
from typing import Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import AccuracyGateFailed
from bench.options import completion


@grouped
def info(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL",
            help="Bundled names (avg, max) or paths of .onnx files.",
            autocompletion=completion.models,
        ),
    ],
    limiting: options.Limiting,
    showing: options.Showing,
    dim: options.Dims = None,
) -> None:
    """Show what a model is, what it holds and what each operator costs.

    For avg and max also the requirements that they meet.
    """
    from bench.engine.facts import facts
    from bench.engine.launcher import Worker
    from bench.models.catalog import present
    from bench.views.info import InfoView

    delivery.check(showing.format, showing.output)
    for name in models:
        present(name)
    launch = partial(Worker, limits=limiting.limits())
    sizes = options.dims(dim)
    view = InfoView(tuple(facts(name, sizes, launch) for name in dict.fromkeys(models)))
    delivery.deliver(view, showing.format, showing.output)
    if unmet := [asked for each in view.models for asked in each.unmet]:
        raise AccuracyGateFailed(
            f"Not met: {'; '.join(unmet)}.", "Make it again: `bench train`, then `bench export`."
        )


plugin = info
