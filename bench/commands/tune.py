"""`bench tune`: the configuration of a model that is best on this machine."""

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.console import messages
from bench.domain import Boundary, Subject
from bench.errors import UsageError
from bench.options import completion
from bench.options.words import amount, seconds, share

if TYPE_CHECKING:
    from bench.analysis.tuning import Aim, Tuned
    from bench.domain import Asked

# What changes nothing of a search, or names again the code that it runs.
WITH_RESUME = {
    *("resume", "budget", "limit", "no_wait", "format", "output", "tuned_folder"),
    *("metric", "trust"),
}
BESIDE_RESUME = (
    "--budget, --limit, --tuned-folder, the options of output, and the names of code that it runs"
)
Goal = Literal["latency", "throughput", "p99"]
Budget = Annotated[str, typer.Option(metavar="S", help="Seconds it may take, all in all.")]
Model = Annotated[
    str | None, typer.Argument(metavar="MODEL", help="avg, max or the path of an .onnx file.")
]
Resume = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        rich_help_panel="Saving",
        help="Go on with a search that was interrupted, in place of MODEL: nothing again.",
    ),
]
TunedFolder = Annotated[
    Path,
    typer.Option(
        metavar="FOLDER",
        rich_help_panel="Saving",
        help="Where the model, its configuration and Python that opens it are written.",
    ),
]


@dataclass(frozen=True, slots=True)
class Trying:
    """What to try."""

    provider: Annotated[
        list[str] | None,
        typer.Option(
            "--provider",
            "-p",
            metavar="P",
            show_default="all that is usable, but torch-compile",
            help="cpu, openvino:cpu, torch:cpu; cpu\\[arena=0]; repeatable.",
            autocompletion=completion.targets,
        ),
    ] = None
    threads: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N,N…",
            show_default="1, half the cores, all but one, all, all CPUs",
            help="Threads that a session may use.",
        ),
    ] = None
    batch: Annotated[
        list[str] | None,
        typer.Option(
            "--batch",
            "-b",
            metavar="N,N…",
            show_default="1; 1,8,32,128 for throughput",
            help="Items a call; several for throughput alone.",
        ),
    ] = None
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="P,P…",
            show_default="fp32, native, fp16, int8; fp32 alone without labelled data",
            help="Number formats.",
        ),
    ] = None
    optimize: Annotated[
        bool, typer.Option("--optimize", help="Each also with exact rewrites of its graph.")
    ] = False
    boundary: Annotated[
        Boundary,
        typer.Option(metavar="NAME", help="host: with copies to and from a GPU; device: without."),
    ] = "host"
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PART,PART…",
            show_default="all",
            help="What may differ from the default: target, threads, format, batch, arena …",
        ),
    ] = None
    space: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What to try: space.json as --dry-run writes it, or TOML."
        ),
    ] = None
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be tried, and measure nothing.")
    ] = False

    def running(self) -> options.Running:
        """The targets, batches and threads that are named."""
        return options.Running(provider=self.provider, batch=self.batch, threads=self.threads)

    def applied(self, subject: Subject) -> Subject:
        """`subject` in these formats; none are named where all may be tried. Raises UsageError."""
        made = options.Variants(self.precision or "fp32", self.optimize).applied(subject)
        return made if self.precision else replace(made, precisions=())


@dataclass(frozen=True, slots=True)
class Aiming:
    """What is to be best."""

    goal: Annotated[
        Goal, typer.Option(metavar="NAME", help="latency (median call), throughput or p99.")
    ] = "latency"
    max_accuracy_drop: Annotated[
        str | None,
        typer.Option(
            metavar="X%",
            show_default="0.1% with labelled data",
            help="What may be lost of the default's accuracy.",
        ),
    ] = None
    max_memory: Annotated[
        str | None, typer.Option(metavar="N", help="The most a process may take: 500MB, 2GiB.")
    ] = None
    max_load: Annotated[
        str | None, typer.Option(metavar="S", help="The most seconds a session may take to open.")
    ] = None

    def aim(self, labelled: bool) -> "Aim":
        """The goal and its bounds. Raises UsageError for what is no share or amount."""
        from bench.analysis.tuning import DROP, Aim, Bounds

        drop = self.max_accuracy_drop or (str(DROP) if labelled else None)
        return Aim(
            self.goal,
            Bounds(
                None if drop is None else share(drop, "--max-accuracy-drop"),
                None if self.max_memory is None else amount(self.max_memory, "--max-memory"),
                None if self.max_load is None else seconds(self.max_load, "--max-load"),
            ),
        )


@grouped
def tune(
    context: typer.Context,
    trying: Trying,
    aiming: Aiming,
    feeding: options.Feeding,
    limiting: options.Limiting,
    saving: options.Saving,
    showing: options.Showing,
    model: Model = None,
    budget: Budget = "300",
    tuned_folder: TunedFolder = Path("tuned"),
    dataset: options.DatasetName = None,
    metric: options.MetricName = None,
    no_wait: options.NoWait = False,
    resume: Resume = None,
) -> None:
    """Find the configuration to ship: target, threads, number format, options.

    All that can run here is tried; -p, --threads, -b, --precision, --only and --space narrow it.
    The winner and onnxruntime's default are measured again in fresh processes, and only that is
    reported.
    """
    from bench.engine.tuning import bundle, narrowing, search
    from bench.progress import ProgressBar
    from bench.views.space import SpaceView

    delivery.check(showing.format, showing.output)
    bundle.check(tuned_folder)
    asked = options.asked(
        [model] if model else [],
        trying.running(),
        trying,
        feeding,
        limiting,
        timing=options.Timing(trying.boundary),
        dataset=dataset,
        metric=metric,
        thoroughness=options.Thoroughness(budget=budget, no_wait=no_wait),
        saving=saving,
    )
    if resume:
        options.check_resumable(options.given(context), WITH_RESUME, BESIDE_RESUME)
        result, asked = search.resume(resume, asked, ProgressBar)
        return _ship(result, asked, tuned_folder, showing)
    if not model:
        raise UsageError("Name a model to tune.", "Try: bench tune max")
    subject, narrowed = narrowing.narrowed(asked.subject, trying.only or (), trying.space)
    asked = replace(asked, subject=subject)
    aim = aiming.aim(search.labelled(asked))
    if trying.dry_run:
        ahead = SpaceView(search.prospect(asked, aim, narrowed))
        return delivery.deliver(ahead, showing.format, showing.output)
    result = search.tune(asked, aim, ProgressBar, narrowed)
    return _ship(result, asked, tuned_folder, showing)


def _ship(result: "Tuned", asked: "Asked", folder: Path, showing: options.Showing) -> None:
    """Show what a search found, and write it: the answer is there where no room is."""
    from bench.engine.tuning import bundle
    from bench.views.tuning import TuningView

    delivery.deliver(TuningView(result), showing.format, showing.output)
    bundle.save(result, asked, folder)
    messages().print(
        f"written to {folder}; measure it again anywhere:"
        f" bench run --tuned {shlex.quote(str(folder))}",
        markup=False,
        soft_wrap=True,
    )


plugin = tune
