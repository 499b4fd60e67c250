"""`bench train`: train a network with PyTorch, epoch by epoch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.commands import options
from bench.console import messages, results
from bench.errors import INTERRUPTED, UsageError
from bench.progress import counter
from bench.training import data, report

if TYPE_CHECKING:
    from train.fit import Run
    from train.mnist import Split
    from train.record import EpochResult


Seeds = Annotated[
    int | None,
    typer.Option(min=2, show_default=False, help="Train so many, from --seed on, and report."),
]
Epochs = Annotated[
    int | None, typer.Option(min=1, max=19, show_default="the recipe's", help="Passes.")
]
Threads = Annotated[
    int | None, typer.Option(min=1, show_default="PyTorch's choice", help="On the CPU.")
]
Output = Annotated[Path, typer.Option(help="Folder for weights, log and curves.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on after the last complete epoch in --output.")
]
LogTest = Annotated[
    bool, typer.Option("--log-test", help="Look at the test images after every epoch.")
]


def train(
    network: options.Network = "all",
    seed: Annotated[int, typer.Option(min=0, help="Weights, order and augmentation.")] = 1,
    seeds: Seeds = None,
    epochs: Epochs = None,
    recipe: Annotated[str, typer.Option(help="best, fast (6 epochs) or original.")] = "best",
    device: Annotated[str, typer.Option(help="cpu, cuda or cuda:1.")] = "cpu",
    threads: Threads = None,
    output: Output = Path("trained"),
    resume: Resume = False,
    log_test: LogTest = False,
    data_dir: data.DataDir = None,
    download: data.Download = False,
) -> None:
    """Train avg, max or both; Ctrl-C keeps the last complete epoch.

    Of each network its weights (NETWORK.safetensors), its log (NETWORK.jsonl) and its curves
    (NETWORK.png) are written. The test images are looked at once, when the last epoch is done.
    `bench export` makes an ONNX file of the weights.

    With --seeds, each run has a folder RECIPE/seed-N in --output; a report over all that finished
    there, of whatever recipe, is printed and written to the folder report.
    """
    names = options.networks(network)
    if download and not data_dir:
        raise UsageError("--download needs a folder.", "Add --data-dir DIR.")
    from train.errors import TrainError

    try:
        from train import mnist
        from train.fit import Run
        from train.recipes import recipe_for

        if download and data_dir:
            mnist.download(data_dir)
        runs = [
            Run(chosen, number, epochs or chosen.epochs, device)
            for number in range(seed, seed + (seeds or 1))
            for chosen in [recipe_for(name, recipe) for name in names]
        ]
        splits = data.training_split(data_dir), data.test_split(data_dir)
        _use(threads)
        for run in runs:
            folder = report.run_folder(output, recipe, run.seed) if seeds else output
            _fit(run, *splits, folder, _start(run, folder, resume, len(runs)), log_test)
            _conclude(run, folder)
        if seeds:
            _report(output, splits[1])
    except (TrainError, ImportError) as error:
        raise data.as_bench_error(error) from error


def _use(threads: int | None) -> None:
    import torch

    if threads:
        torch.set_num_threads(threads)


def _start(run: "Run", folder: Path, resume: bool, runs: int) -> str:
    """Of several runs, one that was not begun has nothing to go on from."""
    from train.record import RunFiles

    begun = RunFiles(folder, run.recipe.network).checkpoint.is_file()
    return "resume" if resume and (begun or runs == 1) else "fresh"


def _report(output: Path, test: "Split") -> None:
    """Print and write what all finished runs in `output` say together."""
    from bench.host.environment import cpu_model
    from bench.views.training_text import show

    outcomes = report.collect(output)
    show(outcomes, cpu_model(), results())
    files = report.write(output / report.FOLDER, outcomes, test)
    results().print(
        f"\nReport and pictures: {', '.join(map(str, files))}", markup=False, soft_wrap=True
    )


def _fit(
    run: "Run", training: "Split", test: "Split", folder: Path, start: str, log_test: bool
) -> None:
    """Train with a progress bar and a line for each epoch."""
    from train.fit import Step, fit

    name = run.recipe.network
    with counter() as bar:
        task = bar.add_task(name, total=None)
        try:
            for event in fit(run, training, test, folder, start, log_test=log_test):
                if isinstance(event, Step):
                    done = (event.epoch - 1) * event.steps + event.step
                    bar.update(
                        task,
                        total=run.epochs * event.steps,
                        completed=done,
                        description=f"{name} epoch {event.epoch} of {run.epochs}",
                    )
                else:
                    bar.console.print(_line(name, run.epochs, event), soft_wrap=True)
        except KeyboardInterrupt:
            messages().print(
                f"Interrupted. The last complete epoch is kept in {folder}; go on with --resume.",
                markup=False,
                soft_wrap=True,
            )
            raise typer.Exit(INTERRUPTED) from None


def _line(name: str, epochs: int, result: "EpochResult") -> str:
    tested = ""
    if result.test_accuracy is not None:
        tested = f" test loss {result.test_loss:.4f}, {result.test_accuracy:.2%};"
    return (
        f"{name} epoch {result.epoch:2} of {epochs}:"
        f" train loss {result.train_loss:.4f}, {result.train_accuracy:.2%};{tested}"
        f" {result.seconds:.1f} s"
    )


def _conclude(run: "Run", folder: Path) -> None:
    """Draw the curves of all epochs and say where the files are."""
    from train.curves import draw
    from train.record import RunFiles, load_log

    files = RunFiles(folder, run.recipe.network)
    whole = load_log(files.log)
    draw([whole], f"{run.recipe.network}, recipe {run.recipe.name}, seed {run.seed}", files.curves)
    results().print(
        f"{run.recipe.network}: {whole[-1].test_accuracy:.2%} after {len(whole)} epochs;"
        f" weights in {files.weights}, curves in {files.curves}.",
        markup=False,
        soft_wrap=True,
    )


plugin = train
