"""Options that say which networks are trained, how, and with which images."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.errors import UsageError
from bench.options.subject import networks
from bench.training.runs import Wanted

DataDir = Annotated[
    Path | None,
    typer.Option(
        show_default="the bundled copy", help="MNIST in torchvision's layout: DIR/MNIST/raw."
    ),
]


@dataclass(frozen=True, slots=True)
class Images:
    """Images."""

    data_dir: DataDir = None
    download: Annotated[
        bool,
        typer.Option("--download", help="Download MNIST into --data-dir first, by torchvision."),
    ] = False

    def check(self) -> None:
        """Raise UsageError where there is no folder to download to."""
        if self.download and not self.data_dir:
            raise UsageError("--download needs a folder.", "Add --data-dir DIR.")


@dataclass(frozen=True, slots=True)
class Fitting:
    """Training."""

    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="Seed of weights, order and augmentation.")
    ] = 1
    seeds: Annotated[
        int | None,
        typer.Option(
            min=2,
            max=1_000,
            show_default=False,
            help="Train this many seeds, from --seed on, and report.",
        ),
    ] = None
    epochs: Annotated[
        int | None,
        typer.Option(min=1, max=19, show_default="the recipe's", help="Passes over the images."),
    ] = None
    recipe: Annotated[str, typer.Option(help="best, fast (6 epochs) or original.")] = "best"
    device: Annotated[str, typer.Option(help="cpu, cuda or cuda:1.")] = "cpu"
    threads: Annotated[
        int | None,
        typer.Option(min=1, max=1_024, show_default="PyTorch's choice", help="Threads on the CPU."),
    ] = None
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue after the last complete epoch in --output.")
    ] = False
    log_test: Annotated[
        bool, typer.Option("--log-test", help="Use the test images after every epoch.")
    ] = False

    def wanted(self, network: str) -> Wanted:
        """The runs that these options ask for. Raises UsageError for no network's name."""
        return Wanted(
            networks(network),
            self.recipe,
            range(self.seed, self.seed + (self.seeds or 1)),
            self.epochs,
            self.device,
            self.threads,
            self.resume,
            self.log_test,
        )
