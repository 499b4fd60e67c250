"""Running a sweep from the command line: progress, saving, and Ctrl-C."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import typer

from bench.analysis.summary import Summary, summarise
from bench.commands import options
from bench.console import messages, plain
from bench.engine.effort import Effort
from bench.engine.launcher import Worker
from bench.engine.limits import Limits
from bench.engine.plan import Launch, Planned, Request, plan, resumed
from bench.engine.sweep import Sweep
from bench.engine.variants import Asked, expanded
from bench.errors import (
    AccuracyGateFailed,
    BenchError,
    Interrupted,
    NothingMeasured,
    ReportError,
)
from bench.formats.json import plugin as json_format
from bench.host.environment import environment, now
from bench.models.feed.dimensions import chosen
from bench.progress import ProgressBar
from bench.records import store
from bench.records.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request, how much to measure, where to save it (None: nowhere), and what it may cost.

    `budget` is in seconds; `limits` are those of each worker. `variants` are rows beyond those of
    the request.
    """

    request: Request
    effort: Effort
    reports: Path | None
    budget: float | None
    limits: Limits
    variants: Asked = field(default_factory=Asked)


def wanted(context: typer.Context, models: list[str] | None) -> Wanted:
    """What the command line of `run` or `compare` asks for. Raises UsageError."""
    given = context.params
    return Wanted(
        options.request(context, models),
        options.effort(given["quick"], given["publish"], given["target_width"]),
        None if given["no_save"] else given["reports"],
        given["budget"],
        options.limits(given["limit"]),
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """A summary of what was measured, and the error that ended it before it was done, if any.

    `folder` is where it was saved, None where it was not.
    """

    summary: Summary
    ended: BenchError | None
    folder: Path | None = None

    def judge(self) -> None:
        """Raise the error whose exit code fits what became of the sweep and its rows."""
        if self.ended:
            raise self.ended
        statuses = [row.status for row in self.summary.rows]
        count = {name: statuses.count(name) for name in ("measured", "invalid", "failed")}
        if count["invalid"]:
            raise AccuracyGateFailed(
                f"The outputs of {count['invalid']} of {len(statuses)} rows are wrong.",
                "It is said above which, and why.",
            )
        if not count["measured"]:
            raise NothingMeasured("Nothing could be measured.", "It is said above why.")
        if count["failed"]:
            raise BenchError(
                f"{count['failed']} of {len(statuses)} rows failed.", "It is said above why."
            )


def measure(wanted: Wanted) -> Measured:
    """Plan and run a new sweep."""
    launch = partial(Worker, wanted.limits)
    planned = expanded(plan(wanted.request, launch), wanted.variants, launch)
    _tell_choices(planned)
    created = now()
    header = store.header(
        created,
        environment(),
        ["bench", *sys.argv[1:]],
        asdict(wanted.effort),
        [one.encode() for one in planned],
    )
    folder = store.new_folder(wanted.reports, created) if wanted.reports else None
    journal = store.Journal(folder)
    journal.append(header)
    return _sweep(planned, Ledger(header), wanted.effort, journal, folder, wanted.budget, launch)


def _tell_choices(planned: Sequence[Planned]) -> None:
    """A line for each model with dynamic dimensions whose sizes nobody gave."""
    told = set()
    for one in planned:
        model, workload = one.case.model, one.case.workload
        if one.ended is None and one.dataset is None:
            for text in chosen(model, workload.batch, workload.dims):
                told.add(f"{model.name}: {text}")
    for text in sorted(told):
        messages().print(plain(text), style="dim", markup=False, soft_wrap=True)


def go_on(folder: Path, budget: float | None, limits: Limits) -> Measured:
    """Go on with a sweep that was stopped, where it was stopped.

    Raises ReportError where that is impossible, or the machine or its software has changed: the
    replicates of one report must be of one machine.
    """
    if not (folder / store.JOURNAL).is_file():
        raise ReportError(
            f"{folder} has no {store.JOURNAL}, so it cannot be resumed.",
            "Give a folder that `bench run` saved under reports/.",
        )
    journal = store.Journal(folder)
    ledger = store.replay(folder / store.JOURNAL)
    here, there = environment(), ledger.header["environment"]
    for key in ("cpu", "machine", "usable_cpus", "cpu_quota", "packages", "python"):
        if here[key] != there.get(key):
            raise ReportError(
                f"The report was begun with {key} {there.get(key)}, and here it is {here[key]}.",
                "Measure anew with `bench run`, and compare the two with `bench compare`.",
            )
    launch = partial(Worker, limits)
    try:
        effort = Effort(**ledger.header["effort"])
        planned = resumed(ledger.header["plan"], ledger.alive(), launch)
    except (LookupError, TypeError) as error:
        raise ReportError(f"{folder} is damaged: {error}.", "Measure anew.") from error
    return _sweep(planned, ledger, effort, journal, folder, budget, launch)


def _sweep(
    planned: Sequence[Planned],
    ledger: Ledger,
    effort: Effort,
    journal: store.Journal,
    folder: Path | None,
    budget: float | None,
    launch: Launch,
) -> Measured:
    def save(so_far: Ledger) -> None:
        if folder:
            text = json_format.render(summarise(so_far.report()))
            store.write_atomically(folder / store.SUMMARY, text)

    again = f"Go on with: bench run --resume {folder}" if folder else "Nothing was saved."
    ended: BenchError | None = None
    try:
        with ProgressBar() as bar:
            Sweep(planned, ledger, journal, effort, bar.update, save, budget, launch).run()
        save(ledger)
    except KeyboardInterrupt:
        ended = Interrupted("Interrupted.", again)
    except ReportError as error:  # a full disk: what was measured is shown all the same
        ended = ReportError(error.message, f"Make room there. {again}")
    journal.close()
    if folder:
        messages().print(f"saved in {folder}", markup=False, soft_wrap=True)
    return Measured(summarise(ledger.report()), ended, folder)
