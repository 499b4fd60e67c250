"""A measurement from what was asked for to its summary: planned, saved as it goes on, watched."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.analysis.summary import Summary, summarise
from bench.domain import Asked, Effort, Subject
from bench.engine.allocation import Needed
from bench.engine.anchor import anchors
from bench.engine.budget import Budget
from bench.engine.forecast import forecast
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned, plan, resumed
from bench.engine.recording import Recording
from bench.engine.saving import Saving
from bench.engine.sweep import Losing, Sweep
from bench.engine.watch import Watch
from bench.errors import (
    AccuracyGateFailed,
    BenchError,
    Interrupted,
    NothingMeasured,
    ReportError,
)
from bench.host import calibration, hardware
from bench.host.environment import environment, now, usable_cpus
from bench.host.machine import MACHINE, SOFTWARE, differences
from bench.host.turn import turn
from bench.models.feed.dimensions import chosen
from bench.models.short_names import of_cases
from bench.records import consent, kinds, seal, store
from bench.records.document import REPORT
from bench.records.journal import JOURNAL, Journal, first_entry
from bench.records.ledger import Ledger
from bench.statistics.statistic import COUNTED


@dataclass(frozen=True, slots=True)
class Measured:
    """A summary of what was measured, and the error that ended it before it was done, if any.

    `folder` is where it was saved, None where it was not.
    """

    summary: Summary
    ended: BenchError | None
    folder: Path | None = None

    def check(self) -> None:
        """Raise the error whose exit code fits what became of the measurement and its rows."""
        if self.ended:
            raise self.ended
        check_rows([self.summary])


def check_rows(summaries: Sequence[Summary]) -> None:
    """Raise the error whose exit code fits what became of the rows."""
    statuses = [row.status for summary in summaries for row in summary.rows]
    outcomes = [outcome for summary in summaries for outcome in summary.report.outcomes]
    rows = len(statuses)
    if invalid := statuses.count("invalid"):
        raise AccuracyGateFailed(
            f"The outputs of {invalid} of {rows} rows are wrong.",
            "The lines below the table say which, and why.",
        )
    if "measured" not in statuses:
        raise NothingMeasured("Nothing could be measured.", "The lines below the table say why.")
    missing = [getattr(outcome, "missing", {}) for outcome in outcomes]
    if uncounted := sum("accuracy" in of_row for of_row in missing):
        raise BenchError(
            f"The accuracy of {uncounted} of {rows} rows could not be counted.",
            "The lines below the table say why.",
        )
    if failed := statuses.count("failed"):
        raise BenchError(f"{failed} of {rows} rows failed.", "The lines below the table say why.")


@dataclass(frozen=True, slots=True)
class Terms:
    """On what a plan is measured: what was asked, who watches, how long, and by which workers.

    With `losing` it is a race, whose time is not known by its rows. The run ends where what is
    `needed` cannot be had any more.
    """

    asked: Asked
    watch: Watch
    budget: Budget
    launch: Launch
    losing: Losing | None = None
    needed: Needed = "row"

    @classmethod
    def of(cls, asked: Asked, watch: Watch, needed: Needed = "row") -> "Terms":
        """Those of a run that begins now: its budget runs."""
        budget = Budget(asked.budget, spent=asked.spent)
        launch = partial(Worker, limits=asked.limits, budget=budget)
        return cls(asked, watch, budget, launch, needed=needed)


def measure(
    asked: Asked,
    watch: Watch,
    accept: Callable[[Sequence[Planned]], None] | None = None,
    needed: Needed = "row",
) -> Measured:
    """Plan and run what is asked for. Raises UsageError before anything runs.

    `accept` may raise an error of its own when it sees what is planned.
    """
    check_counters(asked.effort)
    terms = Terms.of(asked, watch, needed)
    planned = plan(asked, terms.launch, terms.budget)
    if accept:
        accept(planned)
    if asked.anchor:
        planned += anchors(planned, terms.launch)
    return carry_out(planned, terms)


def carry_out(planned: Sequence[Planned], terms: Terms, folder: Path | None = None) -> Measured:
    """Measure what is planned, when it is its turn on this machine; the rest is as `in_turn`."""
    with turn(terms.asked.wait, terms.watch.tell, terms.budget.left) as alone:
        return in_turn(alone, planned, terms, folder)


def in_turn(
    alone: bool, planned: Sequence[Planned], terms: Terms, folder: Path | None = None
) -> Measured:
    """Measure what is planned, `alone` or beside another run.

    It is saved in `folder`, an empty one, or else in a new one where what was asked names a place.
    """
    asked, created = terms.asked, now()
    header = first_entry(
        created,
        {**_where(alone), calibration.KEY: calibration.calibrate()},
        asked.command,
        asdict(asked.effort),
        [row.encode() for row in planned],
        asked.subject.match,
        asked.shard,
    )
    if asked.reports and not folder:
        folder = store.new_folder(asked.reports, created, asked.shard)
    journal = Journal(folder)
    journal.append(seal.sealed(header))
    for sentence in (
        *_threads(asked.subject, planned),
        *_choices(planned),
        "" if terms.losing else forecast(planned, asked.effort, terms.budget),
    ):
        if sentence:
            terms.watch.tell(sentence)
    return Run(Ledger(header), journal, folder, asked.effort, terms).sweep(planned)


def check_counters(effort: Effort) -> None:
    """Raise BenchError where the verdicts are of events that cannot be counted here."""
    refused = hardware.refusal() if effort.judged in COUNTED else None
    if refused:
        why, hint = refused
        raise BenchError(f"--judge {effort.judged}: {why}", hint or "Judge by --judge p50.")


def resume(folder: Path, asked: Asked, watch: Watch) -> Measured:
    """Go on with a measurement that was stopped, where it was stopped.

    Of `asked` the budget and the limits count, and which files it names: `consent.check` says when
    they must be. Raises ReportError where going on is impossible, or the machine or its software
    has changed: the replicates of one report must be of one machine.
    """
    terms = Terms.of(asked, watch)
    if not (folder / JOURNAL).is_file():
        raise ReportError(
            f"{folder} has no {JOURNAL}, so it cannot be resumed.",
            "Give a folder that `bench run` saved under reports/.",
        )
    journal, ledger = Journal.again(folder)
    check_machine(ledger)
    with REPORT.reading(folder / JOURNAL):
        again = [*ledger.alive(), *ledger.retriable()]
        consent.check(ledger.header, again, asked, folder)
        effort = kinds.check(Effort(**ledger.header["effort"]))
        planned = resumed(ledger.header["plan"], again, terms.launch)
    with turn(asked.wait, watch.tell, terms.budget.left):
        journal.go_on(ledger)
        Recording(ledger, journal).try_again()
        before = ledger.replicates
        measured = Run(ledger, journal, folder, effort, terms).sweep(planned)
        if ledger.replicates == before and asked.budget is None and not measured.ended:
            watch.tell(
                "Nothing was left to measure: the run was complete. For more, start a new one with"
                " --replicates N."
            )
        return measured


def check_machine(ledger: Ledger) -> None:
    """Raise ReportError where a report was begun elsewhere, or with other software."""
    here, there = environment(), ledger.header["environment"]
    for differing in differences(there, here, (*MACHINE, *SOFTWARE)):
        raise ReportError(
            f"The report was started with {differing.fact} {differing.first}, and here it is"
            f" {differing.second}.",
            "Measure again with `bench run`, and compare the two with `bench compare`.",
        )


def _where(alone: bool) -> dict[str, Any]:
    """The environment, with a word where another run measures beside this one."""
    return environment() if alone else {**environment(), "beside": "another run of bench"}


def _threads(subject: Subject, planned: Sequence[Planned]) -> list[str]:
    """A sentence on the threads that nobody chose, where that leaves CPUs unused."""
    threads = {row.case.workload.threads for row in planned}
    most = usable_cpus()
    if subject.threads or not threads or max(threads) == most:
        return []
    count = max(threads)
    return [
        f"{count} {'thread leaves' if count == 1 else 'threads leave'} a core of {most} CPUs"
        f" for the system; --threads {most} takes them all."
    ]


def _choices(planned: Sequence[Planned]) -> list[str]:
    """A sentence for each model with sizes that nobody gave."""
    names = of_cases(row.case for row in planned)
    told = {
        f"{names[row.case.model.name]}: {sentence}": None
        for row in planned
        if row.ended is None and row.dataset is None and not row.case.model.original
        if (sentence := chosen(row.case.sizes, row.case.origins))
    }
    return list(told)


@dataclass(frozen=True, slots=True)
class Run:
    """A ledger, the folder in which it is kept, and the effort with which it was begun."""

    ledger: Ledger
    journal: Journal
    folder: Path | None
    effort: Effort
    terms: Terms

    def sweep(self, planned: Sequence[Planned]) -> Measured:
        """Measure until the effort is met; Ctrl-C and a full disk end it with what there is."""
        terms, watch = self.terms, self.terms.watch
        again = f"Go on with: bench run --resume {self.folder}"
        ended: BenchError | None = None
        saving = Saving(self.folder, self.journal)
        try:
            with watch:
                Sweep(
                    planned,
                    self.ledger,
                    self.journal,
                    self.effort,
                    watch.update,
                    lambda report: watch.show(saving.so_far(report)),
                    terms.budget,
                    terms.launch,
                    terms.losing,
                    terms.needed,
                ).run()
            saving.finish(self.ledger)
        except KeyboardInterrupt:
            ended = Interrupted("Interrupted.", again if self.folder else "Nothing was saved.")
        except ReportError as error:  # a full disk: what was measured is shown all the same
            ended = ReportError(error.message, f"Make room there. {again}")
        self.journal.close()
        if self.folder:
            watch.tell(f"saved in {self.folder}")
        return Measured(summarise(self.ledger.report()), ended, self.folder)
