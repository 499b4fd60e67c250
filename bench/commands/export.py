"""`bench export`: weights become an ONNX file, checked against PyTorch."""

from pathlib import Path
from typing import Annotated

import typer

from bench import options
from bench.console import results
from bench.domain import BUNDLED
from bench.errors import UsageError
from bench.options.training import DataDir
from bench.training import data

ARCHITECTURE = "torchvision:"

Name = Annotated[
    str,
    typer.Argument(
        metavar="NETWORK",
        help="avg, max, all, or an image classifier such as torchvision:resnet18.",
    ),
]
Weights = Annotated[
    Path | None,
    typer.Option(
        show_default="trained, or random for torchvision",
        help="Folder that `bench train` wrote; for torchvision, a .safetensors file.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        show_default="exported, or this folder for torchvision", help="Folder for the ONNX files."
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        min=0, max=2**32 - 1, show_default="1", help="Seed of torchvision's random weights."
    ),
]


def export(
    network: Name = "all",
    weights: Weights = None,
    output: Output = None,
    seed: Seed = None,
    data_dir: DataDir = None,
) -> None:
    """Export networks to ONNX, and compare the files with PyTorch.

    A file that differs is not written: exit 4, and the old one stays. Nothing is downloaded.
    """
    with data.training_errors():
        if network.startswith(ARCHITECTURE):
            _architecture(
                network.removeprefix(ARCHITECTURE), output or Path(), weights, seed, data_dir
            )
        else:
            names = _networks(network, seed)
            _trained(names, weights or Path("trained"), output or Path("exported"), data_dir)


def _networks(network: str, seed: int | None) -> tuple[str, ...]:
    if seed is not None:
        raise UsageError("--seed is for torchvision's random weights.", "Leave it out.")
    if network not in (*BUNDLED, "all"):
        raise UsageError(
            f"There is no network called '{network}'.",
            f"Choose one of: avg, max, all, {ARCHITECTURE}resnet18 and others of torchvision.",
        )
    return options.networks(network)


def _trained(names: tuple[str, ...], weights: Path, output: Path, data_dir: Path | None) -> None:
    from train.export import export as write
    from train.record import RunFiles

    test = data.test_split(data_dir)
    for name in names:
        entry = write(name, RunFiles(weights, name).weights, output, test)
        _print(
            f"{output / entry.file}: {entry.correct} of {entry.total} right,"
            f" {entry.parameters:,} parameters, opset {entry.opset},"
            f" at most {entry.max_abs_diff:.1e} from PyTorch."
        )


def _architecture(
    name: str, output: Path, weights: Path | None, seed: int | None, data_dir: Path | None
) -> None:
    from bench.models import torchvision

    if data_dir is not None:
        raise UsageError("--data-dir is for avg and max.", "Leave it out.")
    if weights is not None and seed is not None:
        raise UsageError("--seed and --weights exclude each other.", "Leave one out.")

    made = torchvision.export(name, output, weights, 1 if seed is None else seed)
    _print(
        f"{made.path}: images of {made.size}×{made.size}, {made.parameters:,} parameters,"
        f" opset {torchvision.OPSET}, at most {made.difference:.1e} from PyTorch,"
        f" where scores of different images differ by {made.spread:.1e}."
    )


def _print(line: str) -> None:
    results().print(line, markup=False, soft_wrap=True)


plugin = export
