"""Options that say which models run on which targets, and in which number format."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from bench.domain import Boundary, Placement, Precision, Subject, Target
from bench.domain.asked import BUNDLED, PRECISIONS
from bench.domain.target import parse_list
from bench.environments.naming import lasting
from bench.errors import UsageError
from bench.options import completion
from bench.options.words import numbers, pairs, share

Models = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="MODEL",
        help="Bundled names (avg, max) or paths of .onnx files.",
        show_default="avg max",
        autocompletion=completion.models,
    ),
]
Providers = Annotated[
    list[str] | None,
    typer.Option(
        "--provider",
        "-p",
        metavar="P",
        show_default="cpu",
        help="cpu, cuda, openvino, torch:cpu; cpu\\[arena=0], cpu@onnxruntime==1.31.1; repeatable.",
        autocompletion=completion.targets,
    ),
]
CompareAnyway = Annotated[
    bool,
    typer.Option(
        "--compare-anyway",
        rich_help_panel="Inputs",
        help="Compare also models whose inputs differ.",
    ),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="PACKAGE",
        help="Run in an environment with it, as onnxruntime==1.31.1; repeat it for a row each.",
    ),
]
Pythons = Annotated[
    list[str] | None,
    typer.Option(
        "--python", metavar="PATH", help="Run with this interpreter and its packages; repeatable."
    ),
]
Network = Annotated[str, typer.Argument(metavar="avg|max|all", help="Which network.")]


@dataclass(frozen=True, slots=True)
class Running:
    """Targets."""

    provider: Providers = None
    with_: With = None
    python: Pythons = None
    batch: Annotated[
        list[str] | None,
        typer.Option(
            "--batch",
            "-b",
            metavar="N,N…",
            show_default="1,128; 1 for your own models",
            help="Items a call.",
        ),
    ] = None
    threads: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N,N…", show_default="all cores but one", help="Threads that a session may use."
        ),
    ] = None
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", "-o", metavar="KEY=VALUE", help="For the runtime; may be repeated."
        ),
    ] = None

    def targets(self) -> tuple[Target, ...]:
        """The targets that are named, each in each environment; none for the usual one."""
        return placed(targets(self.provider), environments(self.with_, self.python))

    def batches(self) -> tuple[int, ...]:
        """The batches that are named. Raises UsageError for what is not a number above 0."""
        return numbers(self.batch, "--batch")

    def counts(self) -> tuple[int, ...]:
        """The numbers of threads that are named. Raises UsageError as `batches`."""
        return numbers(self.threads, "--threads")

    def options(self) -> dict[str, str]:
        """Options for the runtime. Raises UsageError for one without a sign."""
        return pairs(self.option, "--option")


@dataclass(frozen=True, slots=True)
class RunningOne(Running):
    """Targets."""

    batch: Annotated[
        list[str] | None,
        typer.Option(
            "--batch",
            "-b",
            metavar="N",
            show_default="the model's own, else 1",
            help="Items a call.",
        ),
    ] = None
    threads: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N", show_default="all cores but one", help="Threads that the session may use."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Timed calls."""

    boundary: Annotated[
        Boundary,
        typer.Option(
            metavar="NAME",
            help="A timed call has copies to and from a GPU (host), its work (device), or neither"
            " (submit).",
        ),
    ] = "host"
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail rows with a node on another provider.")
    ] = False
    allow_fallback: Annotated[
        bool, typer.Option("--allow-fallback", help="Keep rows that ran on another provider.")
    ] = False

    def placement(self) -> Placement:
        """Where nodes may be. Raises UsageError for a contradiction."""
        if self.strict and self.allow_fallback:
            raise UsageError(
                "--strict and --allow-fallback exclude each other.", "Use one of them."
            )
        return "strict" if self.strict else "allow" if self.allow_fallback else "require"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Number format."""

    precision: Annotated[
        str,
        typer.Option(metavar="fp32|native", help="fp32, or whatever the runtime takes by itself."),
    ] = "fp32"

    def applied(self, subject: Subject) -> Subject:
        """`subject` in the format that is named. Raises UsageError for another word."""
        return replace(subject, precisions=precisions(self.precision, ("fp32", "native")))


@dataclass(frozen=True, slots=True)
class Variants:
    """Number formats and variants."""

    precision: Annotated[
        str,
        typer.Option(
            metavar="P,P…",
            help="fp32, native (the runtime's own); made of yours: fp16, int8, and int8-tensor,"
            " -mixed, -dynamic, -reduced.",
        ),
    ] = "fp32"
    optimize: Annotated[
        bool, typer.Option("--optimize", help="Each model also with exact rewrites of its graph.")
    ] = False
    max_accuracy_drop: Annotated[
        str | None,
        typer.Option(
            metavar="X%", help="A variant that loses more than this of its accuracy is invalid."
        ),
    ] = None

    def applied(self, subject: Subject) -> Subject:
        """`subject` in these formats and variants. Raises UsageError for an unknown word."""
        drop = self.max_accuracy_drop
        return replace(
            subject,
            precisions=precisions(self.precision, PRECISIONS),
            optimise=self.optimize,
            most_accuracy_drop=None if drop is None else share(drop, "--max-accuracy-drop"),
        )


def networks(name: str) -> tuple[str, ...]:
    """The networks that `avg`, `max` or `all` means. Raises UsageError for another word."""
    if name == "all":
        return BUNDLED
    if name not in BUNDLED:
        raise UsageError(f"There is no network called '{name}'.", "Choose one of: avg, max, all.")
    return (name,)


def targets(names: Sequence[str] | None) -> tuple[Target, ...]:
    """The targets of repeated --provider options, which may hold lists with commas too.

    Raises UsageError for one that is not written as a target is.
    """
    parsed = (target for name in names or () for target in parse_list(name))
    return tuple(
        dict.fromkeys(replace(target, environment=lasting(target.environment)) for target in parsed)
    )


def environments(requirements: Sequence[str] | None, paths: Sequence[str] | None) -> list[str]:
    """Those of --with and --python.

    Raises UsageError for an interpreter that there is not, and for what is empty.
    """
    if not all(text.strip() for text in requirements or ()):
        raise UsageError("--with names no package.", "Write --with onnxruntime==1.31.1.")
    if not all(text.strip() for text in paths or ()):
        raise UsageError("--python names no interpreter.", "Write --python venv/bin/python.")
    interpreters = [path if "/" in path else shutil.which(path) or path for path in paths or ()]
    for path in interpreters:
        if not os.access(path, os.X_OK) or os.path.isdir(path):
            raise UsageError(
                f"There is no interpreter {path}.", "Give its path: --python venv/bin/python."
            )
    named = [*(requirements or ()), *map(os.path.abspath, interpreters)]
    return list(dict.fromkeys(map(lasting, named)))


def placed(targets: Sequence[Target], environments: Sequence[str]) -> tuple[Target, ...]:
    """Each target in each environment; one that has its own keeps it."""
    if not environments:
        return tuple(targets)
    return tuple(
        dict.fromkeys(
            target if target.environment else replace(target, environment=environment)
            for target in targets or (Target("onnxruntime", "cpu"),)
            for environment in environments
        )
    )


def precisions(text: str, allowed: Sequence[Precision]) -> tuple[Precision, ...]:
    """The number formats of `fp32,int8`. Raises UsageError for a word that is not allowed."""
    known: dict[str, Precision] = {name: name for name in allowed}
    words = list(dict.fromkeys(text.split(",")))
    for word in words:
        if word not in known:
            raise UsageError(
                f"There is no precision '{word}'.", f"Choose from: {', '.join(allowed)}."
            )
    return tuple(known[word] for word in words)
