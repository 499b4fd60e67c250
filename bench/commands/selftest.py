"""`bench selftest`: how often the verdicts of this tool are wrong on this machine."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bench.commands import options
from bench.commands.words import share
from bench.console import messages, plain, results
from bench.errors import INTERRUPTED, ReportError, UsageError

if TYPE_CHECKING:
    from bench.statistics.error_rates import ErrorRate, Trial

SCHEMA, VERSION = "onnx-bench/selftest", 1
FILE = "selftest.jsonl"
HEADINGS = (
    "Effort",
    "Planted",
    "Pairs",
    "Detected",
    "95 %",
    "Covered",
    "Wrong",
    "Spread",
    "Time",
)


def selftest(
    pairs: Annotated[int, typer.Option(min=1, help="Pairs of each kind.")] = 20,
    planted: Annotated[
        str, typer.Option(metavar="X%,X%…", help="Slowdowns to plant; 0 is an A/A pair.")
    ] = "0,1%,2%,5%",
    quick: options.Quick = False,
    model: Annotated[str, typer.Option(help="The network that is held against itself.")] = "max",
    seed: options.Seed = 1,
    reports: options.Reports = Path("reports"),
    show: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Measure nothing; show a saved self-test.")
    ] = None,
    format: Annotated[str, typer.Option(help="table or markdown.")] = "table",
) -> None:
    """Measure how often verdicts are wrong here: a network against itself.

    Of A/A pairs about 5 % may be flagged; a planted slowdown should be detected, and the interval
    should cover it, in 95 % of the pairs.
    """
    if format not in ("table", "markdown"):
        raise UsageError(f"There is no format '{format}' here.", "Choose table or markdown.")
    if show:
        _print(*read(show), format)
        return
    path = _measure(pairs, _shares(planted), quick, model, seed, reports)
    _print(*read(path), format)
    messages().print(f"saved in {path}", markup=False, soft_wrap=True)


def read(path: Path) -> "tuple[dict[str, Any], list[Trial]]":
    """The header and the trials of a saved self-test; a torn last line is dropped."""
    from bench.statistics.error_rates import Trial

    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        entries = [json.loads(line) for line in lines if line.endswith("\n")]
        if entries[0]["schema"] != SCHEMA or entries[0]["version"] > VERSION:
            raise KeyError(entries[0].get("schema"))
        return entries[0], [Trial(**entry) for entry in entries[1:]]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ReportError(
            f"{path} is not a self-test that can be read: {type(error).__name__} {error}.",
            "Give the selftest.jsonl that `bench selftest` saved.",
        ) from error


def cells(rate: "ErrorRate") -> list[str]:
    """One line of the table, under HEADINGS."""
    from bench.views.wording import percent, seconds

    return [
        rate.effort,
        f"{100 * rate.planted:g} %" if rate.planted else "A/A",
        str(rate.trials),
        str(rate.detected),
        f"{100 * rate.low:.1f}–{percent(rate.high, 1)}",
        str(rate.covered),
        str(rate.wrong_sign) if rate.planted else "–",
        percent(rate.median_between, 2),
        seconds(rate.median_seconds),
    ]


def markdown(header: dict[str, Any], trials: "list[Trial]") -> str:
    """The table and the floors in Markdown."""
    from bench.statistics.error_rates import error_rates

    rows = [HEADINGS, ["---", "---"] + ["---:"] * 7, *map(cells, error_rates(trials))]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, "", _notes(header, trials)]) + "\n"


def _measure(
    pairs: int, shares: list[float], quick: bool, model: str, seed: int, reports: Path
) -> Path:
    """Run the trials, each appended as it ends; returns the file."""
    from bench.domain import Target
    from bench.domain.effort import DEFAULT, QUICK
    from bench.engine.selftest import Kind, floor, trials
    from bench.host.environment import environment, now
    from bench.records import store

    created = now()
    path = store.new_folder(reports, created) / FILE
    header = {
        "schema": SCHEMA,
        "version": VERSION,
        "created": created,
        "model": model,
        "environment": environment(),
        "floor": asdict(floor()),
    }
    kinds = [Kind(QUICK if quick else DEFAULT, share) for share in shares]
    with (
        path.open("a", encoding="utf-8") as file,
        Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=messages(),
            disable=not messages().is_terminal,
            auto_refresh=False,
            transient=True,
        ) as bar,
    ):
        task = bar.add_task("pairs", total=pairs * len(kinds))
        file.write(json.dumps(header) + "\n")
        try:
            for trial in trials(model, Target("onnxruntime", "cpu"), kinds, pairs, seed):
                file.write(json.dumps(asdict(trial)) + "\n")
                file.flush()
                bar.update(task, advance=1, refresh=True)
        except KeyboardInterrupt:
            messages().print(f"Interrupted; the pairs so far are in {path}.", soft_wrap=True)
            raise typer.Exit(INTERRUPTED) from None
    return path


def _print(
    header: dict[str, Any], trials: "list[Trial]", form: Literal["table", "markdown"]
) -> None:
    from bench.statistics.error_rates import error_rates

    if form == "markdown":
        print(markdown(header, trials), end="")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for rate in error_rates(trials):
        table.add_row(*cells(rate))
    results().print(table)
    results().print(plain(_notes(header, trials)), markup=False)


def _notes(header: dict[str, Any], trials: "list[Trial]") -> str:
    """What the columns mean, the floors, and what naming the two in the other order changes."""
    from bench.analysis.samples import MOST_DISTURBED
    from bench.statistics.error_rates import order_effect
    from bench.views.wording import percent, seconds

    timer, call = (seconds(header["floor"][name]) for name in ("timer", "call"))
    environment = header["environment"]
    effect = order_effect(trials)
    notes = [
        "Detected: intervals that exclude 1 (of A/A pairs: on either side), with the 95 % interval"
        " of their share.",
        "Covered: intervals that hold the planted ratio.",
        "Wrong: detected, but as a gain.",
        "Spread: between replicates.",
        f"Two readings of the clock are {timer} apart, an empty call takes {call}.",
        f"{header['model']} at batch 1 on one thread, {environment['cpu']},"
        f" {environment['usable_cpus']} CPUs.",
    ]
    unsuitable = sum(trial.disturbed > MOST_DISTURBED for trial in trials)
    if unsuitable:
        notes.append(
            f"In {unsuitable} of {len(trials)} pairs the environment was called unsuitable."
        )
    if effect is not None:
        notes.insert(4, f"Naming the two in the other order changes A/A by {percent(effect, 2)}.")
    return " ".join(notes)


def _shares(text: str) -> list[float]:
    return [
        0.0 if word.strip() in ("0", "0%") else share(word, "--planted") for word in text.split(",")
    ]


plugin = selftest
