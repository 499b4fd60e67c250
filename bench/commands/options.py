"""Arguments and options that several commands share."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.domain import Boundary
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.domain import Target
    from bench.engine.effort import Effort
    from bench.engine.limits import Limits
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
        help="cpu, cuda, openvino, torch:cpu, openvino:cpu …; repeat it for several.",
    ),
]
Threads = Annotated[
    list[str] | None,
    typer.Option(
        metavar="N,N…", show_default="usable CPUs", help="Threads that a session may use."
    ),
]
BoundaryName = Annotated[
    Boundary,
    typer.Option(
        help="Whether a timed call includes copies to and from a GPU, its work, or neither."
    ),
]
Precision = Annotated[
    str,
    typer.Option(metavar="fp32|native", help="fp32, or whatever the runtime takes by itself."),
]
RuntimeOptions = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="KEY=VALUE", help="For the runtime; may be repeated."),
]
Dims = Annotated[
    list[str] | None,
    typer.Option("--dim", metavar="NAME=N", help="Size of a dynamic dimension; may be repeated."),
]
Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="NAME=FILE.npy",
        help="What feeds a model: also FILE.npz, or a folder of ONNX test data.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail rows with a node elsewhere.")]
AllowFallback = Annotated[
    bool, typer.Option("--allow-fallback", help="Keep rows that ran on another provider.")
]
LimitWords = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=N",
        show_default="the machine's memory, file=4GiB, files=1024",
        help="For workers: memory=8GiB, time=60 (seconds a phase), file=1GiB, files=256.",
    ),
]
FormatName = Annotated[str, typer.Option("--format", help="table, html, markdown, csv or json.")]
Plot = Annotated[bool, typer.Option("--plot", help="Draw plots below the table.")]
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
Quick = Annotated[bool, typer.Option("--quick", help="5 to 8 replicates, ratios within ± 1.5 %.")]
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
PRECISIONS = ("fp32", "native")
LIMITS = {"memory": "memory", "time": "seconds", "file": "file", "files": "files"}
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 1e3, "MB": 1e6, "GB": 1e9}


def networks(name: str) -> tuple[str, ...]:
    """The networks that `avg`, `max` or `all` means. Raises UsageError for another word."""
    if name == "all":
        return NETWORKS
    if name not in NETWORKS:
        raise UsageError(f"There is no network called '{name}'.", "Choose one of: avg, max, all.")
    return (name,)


def batches(texts: list[str] | None) -> list[int]:
    """The numbers of `1,8,64`; none for None. Raises UsageError for no batch."""
    return numbers(texts, "--batch")


def numbers(texts: list[str] | None, option: str) -> list[int]:
    """The numbers of `1,8,64`, also repeated. Raises UsageError for one that is not above 0."""
    text = ",".join(texts or [])
    try:
        found = [int(part) for part in text.split(",")] if text else []
    except ValueError as error:
        raise UsageError(
            f"{option} {text} is no list of numbers.", f"Write {option} 1,2."
        ) from error
    if found and min(found) < 1:
        raise UsageError(f"{option} {min(found)} is too few.", "Use 1 or more.")
    return list(dict.fromkeys(found))


def request(context: typer.Context, models: list[str] | None = None) -> "Request":
    """What the command line asks to be measured; without models, both bundled ones."""
    from bench.commands.trust import trusted
    from bench.domain import Workload
    from bench.engine.plan import Request

    given = context.params
    counts = threads(given["threads"])
    if given["input"] and given["dataset"]:
        raise UsageError("--input and --dataset exclude each other.", "Leave one of them out.")
    if given["strict"] and given["allow_fallback"]:
        raise UsageError("--strict and --allow-fallback exclude each other.", "Leave one out.")
    return Request(
        models=list(dict.fromkeys(models or NETWORKS)),
        targets=targets(given["provider"]),
        batches=batches(given["batch"]),
        threads=counts,
        dataset=given["dataset"],
        workload=Workload(
            batch=1,
            threads=counts[0],
            boundary=given["boundary"],
            precision="fp32" if "optimize" in given else precision(given["precision"]),
            seed=given["seed"],
            options=pairs(given["option"], "--option"),
            dims=dims(given["dim"]),
            inputs=tuple(given["input"] or ()),
            trusted=trusted(given["trust"], targets(given["provider"])),
        ),
        placement=(
            "strict" if given["strict"] else "allow" if given["allow_fallback"] else "require"
        ),
    )


def precision(word: str) -> str:
    """`fp32` or `native`. Raises UsageError for another word."""
    if word not in PRECISIONS:
        raise UsageError(
            f"There is no precision '{word}'.", f"Choose one of: {', '.join(PRECISIONS)}."
        )
    return word


def pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    """`KEY=VALUE` texts as a mapping. Raises UsageError for one without a key or a sign."""
    found = {}
    for text in texts or []:
        key, sign, value = text.partition("=")
        if not key or not sign:
            raise UsageError(f"{option} {text} is no pair.", f"Write {option} KEY=VALUE.")
        found[key.strip()] = value.strip()
    return found


def dims(texts: list[str] | None) -> dict[str, int]:
    """The sizes of repeated `--dim NAME=N`. Raises UsageError for what is no whole number."""
    found = pairs(texts, "--dim")
    for name, text in found.items():
        if not text.isdecimal():
            raise UsageError(f"--dim {name}={text} is no size.", "Write a number of 0 or more.")
    return {name: int(text) for name, text in found.items()}


def limits(texts: list[str] | None) -> "Limits":
    """What workers may use. Raises UsageError for an unknown name or no number."""
    from bench.engine.limits import Limits

    chosen: dict[str, float] = {}
    for name, text in pairs(texts, "--limit").items():
        if name not in LIMITS:
            raise UsageError(f"There is no limit '{name}'.", f"Choose one of: {', '.join(LIMITS)}.")
        chosen[LIMITS[name]] = amount(text, f"--limit {name}")
    whole = {name: int(value) for name, value in chosen.items() if name != "seconds"}
    return Limits(**{**chosen, **whole})


def amount(text: str, option: str) -> float:
    """`4GiB`, `500MB` or `60` as a number. Raises UsageError for what is not above 0."""
    unit = next((unit for unit in UNITS if text.endswith(unit)), "")
    try:
        value = float(text.removesuffix(unit)) * UNITS.get(unit, 1)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise UsageError(f"{option}={text} is no amount.", "Write a number, or one with MB or GiB.")
    return value


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


def threads(texts: list[str] | None) -> list[int]:
    """The numbers of `1,2`, or as many threads as CPUs are usable. Raises UsageError for more."""
    from bench.host.environment import usable_cpus

    usable = usable_cpus()
    counts = numbers(texts, "--threads")
    for count in counts:
        if count > usable:
            raise UsageError(
                f"{count} threads on {usable} usable CPUs would measure their waiting.",
                f"Use --threads {usable} or fewer.",
            )
    return counts or [usable]
