"""Where `bench train` and `bench export` find the images."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.errors import AccuracyGateFailed, BenchError

if TYPE_CHECKING:
    from train.errors import TrainError
    from train.mnist import Split

DataDir = Annotated[
    Path | None,
    typer.Option(
        show_default="the bundled copy", help="MNIST in torchvision's layout: DIR/MNIST/raw."
    ),
]
Download = Annotated[
    bool, typer.Option("--download", help="Download MNIST into --data-dir first, by torchvision.")
]

INSTALL = "Install this project with its extras [cpu,train], as the README says."


def test_split(data_dir: Path | None) -> "Split":
    """The labelled test images, from `data_dir` or the bundled copy."""
    from bench.models.catalog import exported_folder
    from train import mnist

    return mnist.load("test", mnist.locate(data_dir) if data_dir else exported_folder())


def training_split(data_dir: Path | None) -> "Split":
    """The training images, from `data_dir` or the bundled copy."""
    from train import mnist

    return mnist.load("train", mnist.locate(data_dir) if data_dir else mnist.TRAINING_FOLDER)


def as_bench_error(error: "TrainError | ImportError") -> BenchError:
    """The error of the train package as one of ours: whole sentences, and an exit code."""
    if isinstance(error, ImportError):
        return BenchError(f"Training needs {error.name}, which is not installed.", INSTALL)
    kind = AccuracyGateFailed if error.kind == "accuracy" else BenchError
    return kind(_sentence(error.message), _sentence(error.hint))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
