"""`bench info`: what a model is, and for a bundled network, whether it is what it must be."""

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from bench.commands import options
from bench.commands.groups import grouped
from bench.console import messages, plain, results
from bench.errors import AccuracyGateFailed, RuntimeUnavailable

if TYPE_CHECKING:
    from bench.domain import Accuracy, Model, Tensor
    from bench.models.requirements import Requirement


@grouped
def info(
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL", help="Bundled names (avg, max) or paths of .onnx files."),
    ],
    limiting: options.Limiting,
    dim: options.Dims = None,
) -> None:
    """Show what a model is, what it holds and what each operator costs.

    For avg and max also the requirements that they meet.
    """
    from bench.engine.launcher import Worker
    from bench.engine.survey import described
    from bench.models.catalog import BUNDLED
    from bench.models.requirements import check
    from bench.views.costs import show_costs

    dims = options.dims(dim)
    launch = partial(Worker, limiting.limits())
    unmet = []
    for name in dict.fromkeys(models):
        model = described(name, launch)
        with launch() as worker:
            found = worker.ask("explain", model=asdict(model), dims=dims)
        results().print(_facts(model, found))
        show_costs(found["explanation"], results())
        if model.name in BUNDLED:
            requirements = check(model, _counted(model))
            results().print(_requirements(requirements))
            unmet += [f"{model.name}: {r.asked}" for r in requirements if r.met is False]
    if unmet:
        raise AccuracyGateFailed(f"Not met: {'; '.join(unmet)}.", "Train and export it again.")


def _counted(model: "Model") -> "Accuracy | None":
    """Right answers on the test images, counted now on onnxruntime's CPU provider."""
    from bench.domain import Target, Workload
    from bench.engine.counting import count_right

    try:
        return count_right(model, Target("onnxruntime", "cpu"), Workload(100, threads=1), "mnist")
    except RuntimeUnavailable as error:
        messages().print(f"accuracy: {error.sentence()}", markup=False, soft_wrap=True)
        return None


def _facts(model: "Model", found: dict[str, Any]) -> Table:
    table = _table(model.name)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    rows = {
        "file": model.path,
        "SHA-256": model.sha256,
        "size": f"{model.size:,} bytes",
        "inputs": "\n".join(map(_tensor, model.inputs)),
        "outputs": "\n".join(map(_tensor, model.outputs)),
        "opset": str(model.opset),
        "producer": model.producer or "–",
        "parameters": f"{model.parameters:,}",
        "weights": f"{found['explanation']['weight_bytes']:,} bytes",
        "operators": ", ".join(
            f"{count} {name}" if count > 1 else name for name, count in model.operators.items()
        ),
    }
    for provider, operators in found["without_kernel"].items():
        missing = f"none for {', '.join(operators)}" if operators else "for every operator"
        rows[f"kernels on {provider}"] = missing
    for key, value in rows.items():
        table.add_row(key, Text(plain(value)))
    for key, value in model.metadata.items():  # what the file says of itself, never in our words
        table.add_row(Text(plain(f"says {key}")), Text(plain(value)))
    return table


def _requirements(requirements: "tuple[Requirement, ...]") -> Table:
    table = _table(None)
    table.add_column("Requirement")
    table.add_column("Found")
    table.add_column("Met")
    for requirement in requirements:
        met = {True: "[green]yes[/]", False: "[bold red]NO[/]", None: "?"}[requirement.met]
        table.add_row(requirement.asked, requirement.found, met)
    return table


def _tensor(tensor: "Tensor") -> str:
    return f"{tensor.name}: {tensor.dtype}, {' × '.join(map(str, tensor.shape)) or 'scalar'}"


def _table(title: str | None) -> Table:
    return Table(
        title=title and Text(plain(title), style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_header=title is None,
        pad_edge=False,
    )


plugin = info
