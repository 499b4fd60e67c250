"""Arguments and options that several commands share."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.domain import Target
    from bench.engine.effort import Effort
    from bench.engine.plan import Request

Models = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[MODEL]",
        help="Bundled names (avg, max) or paths of .onnx files.",
        show_default="avg max",
    ),
]
Providers = Annotated[
    list[str] | None,
    typer.Option(
        "--provider",
        "-p",
        metavar="P",
        show_default="cpu",
        help="cpu, cuda, torch:cpu, torch-compile:cuda, null …; repeat it for several.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(min=1, show_default="usable CPUs", help="Threads that a session may use."),
]
FormatName = Annotated[str, typer.Option("--format", help="table, json, markdown or csv.")]
Output = Annotated[Path | None, typer.Option(help="Write the result to this file instead.")]
Network = Annotated[str, typer.Argument(metavar="[avg|max|all]", help="Which network.")]

Batch = Annotated[
    list[str] | None,
    typer.Option(
        "--batch",
        "-b",
        metavar="N,N…",
        show_default="1,128; 1 for your own models",
        help="Items a call.",
    ),
]
DatasetName = Annotated[
    str | None,
    typer.Option(
        "--dataset", help="Labelled data: mnist, or an .npz file with 'inputs' and 'labels'."
    ),
]
Quick = Annotated[bool, typer.Option("--quick", help="At least 5 replicates, ratios within ± 2 %.")]
Publish = Annotated[
    bool, typer.Option("--publish", help="At least 20 replicates, ratios within ± 0.5 %.")
]
TargetWidth = Annotated[
    str | None,
    typer.Option(metavar="W%", show_default="1%", help="Ratios' intervals within ± this."),
]
Budget = Annotated[
    float | None, typer.Option(min=0.0, metavar="S", help="Seconds after which it ends early.")
]
Seed = Annotated[int, typer.Option(min=0, help="Order of the rounds, made-up inputs.")]
Reports = Annotated[Path, typer.Option(help="Where reports are saved.")]
NoSave = Annotated[bool, typer.Option("--no-save", help="Save no report.")]

NETWORKS = ("avg", "max")


def networks(name: str) -> tuple[str, ...]:
    """The networks that `avg`, `max` or `all` means. Raises UsageError for another word."""
    if name == "all":
        return NETWORKS
    if name not in NETWORKS:
        raise UsageError(f"There is no network called '{name}'.", "Choose one of: avg, max, all.")
    return (name,)


def batches(texts: list[str] | None) -> list[int]:
    """The numbers of `1,8,64`, also repeated; none for None. Raises UsageError for no batch."""
    if not texts:
        return []
    text = ",".join(texts)
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise UsageError(f"'{text}' is no list of batches.", "Write --batch 1,8,64.") from error
    if min(numbers) < 1:
        raise UsageError(f"A batch of {min(numbers)} holds no items.", "Use 1 or more.")
    return list(dict.fromkeys(numbers))


def request(
    models: list[str] | None,
    provider: list[str] | None,
    batch: list[str] | None,
    thread_count: int | None,
    dataset: str | None,
    seed: int,
) -> "Request":
    """What the options ask to be measured; without models, both bundled ones."""
    from bench.engine.plan import Request

    return Request(
        models=list(dict.fromkeys(models or NETWORKS)),
        targets=targets(provider),
        batches=batches(batch),
        threads=threads(thread_count),
        dataset=dataset,
        seed=seed,
    )


def effort(quick: bool, publish: bool, target_width: str | None) -> "Effort":
    """The effort that the options name. Raises UsageError for a contradiction."""
    from bench.engine.effort import DEFAULT, PUBLISH, QUICK

    if quick and publish:
        raise UsageError("--quick and --publish exclude each other.", "Leave one of them out.")
    chosen = QUICK if quick else PUBLISH if publish else DEFAULT
    if target_width is None:
        return chosen
    return replace(chosen, target_width=share(target_width, "--target-width"))


def share(text: str, option: str) -> float:
    """`5%` or `0.05` as 0.05. Raises UsageError for what is not between 0 and 100 %."""
    number = text.strip().removesuffix("%")
    try:
        value = float(number) / (100 if number != text.strip() else 1)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise UsageError(f"{option} {text} is no share.", f"Write {option} 5% or {option} 0.05.")
    return value


def given(context: typer.Context) -> set[str]:
    """The names of the parameters that stand on the command line."""
    return {
        name
        for name in context.params
        if (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"
    }


def targets(names: list[str] | None) -> "list[Target]":
    """The targets of repeated --provider options, which may hold lists with commas too."""
    from bench.domain import Target

    words = [word for name in names or ["cpu"] for word in name.split(",")]
    return list(dict.fromkeys(Target.parse(word) for word in words))


def threads(count: int | None) -> int:
    """The threads asked for, or as many as CPUs are usable. Raises UsageError for more."""
    from bench.host.environment import usable_cpus

    usable = usable_cpus()
    if count is not None and count > usable:
        raise UsageError(
            f"{count} threads on {usable} usable CPUs would measure their waiting.",
            f"Use --threads {usable} or fewer.",
        )
    return count or usable
