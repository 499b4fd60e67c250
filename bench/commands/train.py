"""`bench train`: train a network with PyTorch, epoch by epoch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.console import messages, results
from bench.errors import UsageError
from bench.options.training import Fitting, Images
from bench.training import data
from bench.training.runs import train as train_all

if TYPE_CHECKING:
    from train.mnist import Split

Output = Annotated[Path, typer.Option(help="Folder for weights, log and curves.")]
Format = Annotated[
    str, typer.Option(help="Of the report of --seeds: table, markdown, csv, json or html.")
]


@grouped
def train(
    fitting: Fitting,
    images: Images,
    network: options.Network = "all",
    output: Output = Path("trained"),
    format: Format = "table",
) -> None:
    """Train avg, max or both; Ctrl-C keeps the last complete epoch.

    Writes each network's weights (NETWORK.safetensors), log (NETWORK.jsonl) and curves
    (NETWORK.png). The test images are used once, after the last epoch. `bench export` turns the
    weights into an ONNX file.

    With --seeds, each run gets a folder RECIPE/seed-N in --output. A report on every finished run
    there, whatever its recipe, is printed and written to the folder report.
    """
    delivery.check(format, None)
    wanted = fitting.wanted(network)
    images.check()
    if format != "table" and not fitting.seeds:
        raise UsageError("--format is for the report of --seeds.", "Add --seeds 5.")
    # What is to be read by a program stands alone on standard output.
    console = results() if format == "table" else messages()

    def say(line: str) -> None:
        console.print(line, markup=False, soft_wrap=True)

    with data.training_errors():
        training, test = data.splits(images.data_dir, images.download)
        train_all(wanted, training, test, output, say)
        if fitting.seeds:
            files = _report(output, test, format)
            say(f"\nReport and pictures: {', '.join(map(str, files))}")


def _report(output: Path, test: "Split", format: str) -> list[Path]:
    """Show and write what all finished runs in `output` say together; returns the files."""
    from bench.training import report
    from bench.views.training import TrainingView

    made = report.report(report.collect(output))
    files = report.write(output / report.FOLDER, made, test)
    delivery.deliver(TrainingView(made, str(output / report.FOLDER)), format, None)
    return files


plugin = train
