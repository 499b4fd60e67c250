"""Options that say what feeds a model."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.console import messages, plain
from bench.domain import Feed
from bench.errors import UsageError
from bench.options.words import pairs

Seed = Annotated[
    int,
    typer.Option(min=0, metavar="N", help="Seed of the order of rounds and of made-up inputs."),
]
DatasetName = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        metavar="NAME",
        rich_help_panel="Inputs",
        help="Labelled data: mnist, or an .npz file with 'inputs' and 'labels'.",
    ),
]
MetricName = Annotated[
    str | None,
    typer.Option(
        "--metric",
        metavar="M",
        rich_help_panel="Inputs",
        show_default="what suits the model's outputs",
        help="Right answers: top1, top5, binary, threshold=X, module:function; or regression.",
    ),
]

Dims = Annotated[
    list[str] | None,
    typer.Option("--dim", metavar="NAME=N", help="Size of a dynamic dimension; may be repeated."),
]


@dataclass(frozen=True, slots=True)
class Feeding:
    """Inputs."""

    dim: Dims = None
    input: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="NAME=FILE.npy",
            help="What feeds a model: also FILE.npz, or a folder of ONNX test data.",
        ),
    ] = None
    seed: Seed = 1
    trust: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE.so", help="Load this library of custom operators: its code runs."
        ),
    ] = None

    plug_in: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE.so", help="Plug in this library's provider, -p NAME: its code runs."
        ),
    ] = None

    def feed(self, dataset: str | None = None, metric: str | None = None) -> Feed:
        """What feeds the models; trusted libraries are told. Raises UsageError."""
        from bench.accuracy.metric import parse

        return Feed(
            dataset,
            tuple(self.input or ()),
            dims(self.dim),
            self.seed,
            _trusted(self.trust) | _plugged_in(self.plug_in),
            parse(metric or "").name,
        )


def dims(texts: Sequence[str] | None) -> dict[str, int]:
    """The sizes of repeated `--dim NAME=N`. Raises UsageError for what is not a whole number."""
    from bench.models.feed.guesses import is_size

    sizes = pairs(texts, "--dim")
    for name, text in sizes.items():
        if not is_size(text):
            raise UsageError(f"--dim {name}={text} is not a size.", f"Write --dim {name}=N.")
    return {name: int(text) for name, text in sizes.items()}


def _plugged_in(paths: Sequence[str] | None) -> dict[str, str]:
    """Libraries of providers, which are told. Raises UsageError for another file."""
    from bench.runtimes.onnxruntime.plug_ins import is_plug_in, name_of

    trusted = _trusted(paths)
    for path in trusted:
        if not is_plug_in(path):
            raise UsageError(
                f"{path} plugs no provider into onnxruntime.",
                "Give a library that exports CreateEpFactories; --trust loads one of operators.",
            )
        told = plain(f"its provider: --provider {name_of(path)}")
        messages().print(told, markup=False, soft_wrap=True)
    return trusted


def _trusted(paths: Sequence[str] | None) -> dict[str, str]:
    """The libraries with their digests, which are told. Raises UsageError for a missing file."""
    digests = {}
    for text in paths or ():
        path = Path(text).resolve()
        if not path.is_file():
            raise UsageError(f"{text} is no file with a library.", "Give the library's path.")
        with path.open("rb") as file:
            digests[str(path)] = hashlib.file_digest(file, "sha256").hexdigest()
        told = plain(f"trusted: {path}, SHA-256 {digests[str(path)]}")
        messages().print(told, markup=False, soft_wrap=True)
    return digests
