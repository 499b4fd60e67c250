"""Training runs one after the other, with a line for each epoch and each run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bench.errors import Interrupted
from bench.progress import counter

if TYPE_CHECKING:
    from train.mnist import Split
    from train.recipes import Run
    from train.record import EpochResult


def run_folder(output: Path, recipe: str, seed: int) -> Path:
    """Where a run of several keeps its files."""
    return output / recipe / f"seed-{seed}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Networks to train with a recipe and each seed of a range, and what to do with the runs.

    `epochs` and `threads` are None for those of the recipe and of PyTorch. With `resume` a run that
    was begun goes on; with `log_test` every epoch is tested, not the last alone.
    """

    networks: tuple[str, ...]
    recipe: str
    seeds: range
    epochs: int | None = None
    device: str = "cpu"
    threads: int | None = None
    resume: bool = False
    log_test: bool = False

    def runs(self) -> "list[Run]":
        """Every network with each seed. Raises TrainError for what cannot be meant."""
        from train.recipes import Run, recipe_for

        recipes = [recipe_for(network, self.recipe) for network in self.networks]
        return [
            Run(recipe, seed, self.epochs or recipe.epochs, self.device)
            for seed in self.seeds
            for recipe in recipes
        ]

    def folder(self, output: Path, run: "Run") -> Path:
        """Where a run keeps its files: one of several has a folder of its own."""
        return run_folder(output, self.recipe, run.seed) if len(self.seeds) > 1 else output


def train(
    wanted: Wanted, training: "Split", test: "Split", output: Path, say: Callable[[str], None]
) -> None:
    """Train all, and `say` the result of each.

    Raises Interrupted on Ctrl-C, when the last complete epoch is kept, and TrainError.
    """
    import torch

    runs = wanted.runs()
    if wanted.threads:
        torch.set_num_threads(wanted.threads)
    for run in runs:
        folder = wanted.folder(output, run)
        _fit(run, training, test, folder, wanted, alone=len(runs) == 1)
        say(_conclusion(run, folder))


def _fit(
    run: "Run", training: "Split", test: "Split", folder: Path, wanted: Wanted, alone: bool
) -> None:
    """Train with a progress bar and a line for each epoch."""
    from train.fit import Step, fit
    from train.record import RunFiles

    name = run.recipe.network
    # Of several runs, one that was not begun has nothing to continue from.
    begun = RunFiles(folder, name).checkpoint.is_file()
    start: Literal["fresh", "resume"] = "resume" if wanted.resume and (begun or alone) else "fresh"
    with counter() as bar:
        task = bar.add_task(name, total=None)
        try:
            for event in fit(run, training, test, folder, start, log_test=wanted.log_test):
                if isinstance(event, Step):
                    bar.update(
                        task,
                        total=run.epochs * event.steps,
                        completed=(event.epoch - 1) * event.steps + event.step,
                        description=f"{name} epoch {event.epoch} of {run.epochs}",
                    )
                else:
                    bar.console.print(_line(name, run.epochs, event), soft_wrap=True)
        except KeyboardInterrupt:
            raise Interrupted(
                f"Interrupted. The last complete epoch is kept in {folder}.",
                "Continue with the same command and --resume.",
            ) from None


def _line(name: str, epochs: int, result: "EpochResult") -> str:
    tested = ""
    if result.test_accuracy is not None:
        tested = f" test loss {result.test_loss:.4f}, {100 * result.test_accuracy:.2f} %;"
    return (
        f"{name} epoch {result.epoch:2} of {epochs}:"
        f" train loss {result.train_loss:.4f}, {100 * result.train_accuracy:.2f} %;{tested}"
        f" {result.seconds:.1f} s"
    )


def _conclusion(run: "Run", folder: Path) -> str:
    """Draw the curves of all epochs and say where the files are."""
    from train.curves import draw
    from train.record import RunFiles, load_log

    files = RunFiles(folder, run.recipe.network)
    whole = load_log(files.log)
    draw([whole], f"{run.recipe.network}, recipe {run.recipe.name}, seed {run.seed}", files.curves)
    right = whole[-1].test_accuracy
    assert right is not None  # the last epoch is tested
    return (
        f"{run.recipe.network}: {100 * right:.2f} % after {len(whole)} epochs;"
        f" weights in {files.weights}, curves in {files.curves}."
    )
