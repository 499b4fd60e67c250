"""A whole measurement: replicates of fresh workers, rounds of slots, one ledger."""

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.accuracy import gate, reference
from bench.analysis.pairs import table_ratios
from bench.domain import Failed
from bench.domain.effort import Effort
from bench.engine.launcher import Launch, Worker
from bench.engine.placement import objection
from bench.engine.plan import Planned
from bench.engine.schedule import cpus, opening_calls, round_count, rounds, slot_seconds
from bench.engine.stopping import enough, shortfall, widest
from bench.errors import BenchError, ReportError, RuntimeUnavailable
from bench.records import schema
from bench.records.journal import Journal
from bench.records.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a sweep is: `done` of `total` steps of the current replicate, and of how many.

    `width` is the widest relative half-width of the ratios so far, `target` the one aimed at.
    """

    replicate: int
    least: int
    most: int
    done: int
    total: int
    doing: str
    width: float | None
    target: float


class Sweep:
    """Measures a plan; every step is an entry that goes to the journal and then to the ledger.

    The ledger may hold complete replicates already; the sweep goes on after them.
    """

    def __init__(
        self,
        planned: Sequence[Planned],
        ledger: Ledger,
        journal: Journal,
        effort: Effort,
        on_progress: Callable[[Progress], None],
        on_replicate: Callable[[Ledger], None],
        budget: float | None = None,
        launch: Launch = Worker,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ledger = ledger
        self._planned = planned
        self._journal = journal
        self._effort = effort
        self._on_progress = on_progress
        self._on_replicate = on_replicate
        self._budget = budget
        self._launch = launch
        self._clock = clock
        self._width: float | None = None
        self._usable_cpus = sorted(os.sched_getaffinity(0))

    def run(self) -> None:
        """Measure until the effort's stop rule is met, the budget is used or no case is alive.

        The budget is in seconds; the run ends when another replicate would not fit into it.
        """
        for index in self.ledger.alive():
            planned = self._planned[index]
            if planned.ended:
                status = "failed" if isinstance(planned.ended, Failed) else "skipped"
                self._end(index, status, planned.ended.reason)
        started = self._clock()
        while self.ledger.alive():
            ratios = list(table_ratios(self.ledger.report().outcomes).values())
            self._width = widest(ratios) if ratios else None
            if enough(self._effort, self.ledger.replicates, ratios):
                break
            begun = self._clock()
            self._replicate(self.ledger.replicates)
            now = self._clock()
            if self._budget is not None and now - started + (now - begun) > self._budget:
                break
        self._tell_shortfall()

    def _tell_shortfall(self) -> None:
        outcomes = self.ledger.report().outcomes
        ratios = list(table_ratios(outcomes).values())
        reason = shortfall(self._effort, self.ledger.replicates, ratios)
        if reason and self.ledger.alive():
            self._record("stopped", reason=reason)

    def _replicate(self, replicate: int) -> None:
        """One set of fresh workers; the journal is synchronised when they are gone."""
        self._record("replicate", replicate=replicate)
        with contextlib.ExitStack() as stack:
            workers: dict[int, tuple[Worker, float]] = {}
            cases = self.ledger.alive()
            total = len(cases) * (1 + self._effort.rounds)
            for index, (worker, loaded) in self._start(cases, stack).items():
                self._advance(replicate, len(workers), total, index, "warming up")
                with self._attempt(index):
                    workers[index] = worker, self._open(index, worker, loaded, replicate)
            self._rounds(replicate, workers, total)
            if replicate == 0:
                self._check(workers, total)
                self._inspect(workers, total)
        self._record("complete", replicate=replicate)
        self._journal.sync()
        self._on_replicate(self.ledger)

    def _start(
        self, cases: Sequence[int], stack: contextlib.ExitStack
    ) -> dict[int, tuple[Worker, Mapping[str, Any]]]:
        """A worker for each case, with the seconds of its import of the runtime.

        Interpreters come up together, and as many import at a time as there are CPUs: nothing is
        timed meanwhile but the imports themselves.
        """
        started: dict[int, Worker] = {}
        for index in cases:
            with self._attempt(index):
                started[index] = stack.enter_context(self._launch())
        loaded: dict[int, tuple[Worker, Mapping[str, Any]]] = {}
        at_once = len(self._usable_cpus)
        waiting = list(started)
        for first in range(0, len(waiting), at_once):
            importing = waiting[first : first + at_once]
            for index in importing:
                with self._attempt(index):
                    runtime = self._planned[index].case.target.runtime
                    started[index].begin("load", runtime=runtime)
            for index in importing:
                if index in self.ledger.alive():
                    with self._attempt(index):
                        loaded[index] = started[index], started[index].answer("load")
        return loaded

    def _open(self, index: int, worker: Worker, loaded: Mapping[str, Any], replicate: int) -> float:
        """Open a case's session and warm it up; returns its median in seconds."""
        planned = self._planned[index]
        opened = worker.ask(
            "open",
            cpus=cpus(self._usable_cpus, planned.case.workload.threads, replicate),
            **planned.opening(),
        )
        reason = objection(schema.decode_ran(opened["ran"]), planned.placement)
        if reason:
            raise BenchError(reason)
        warmed = worker.ask("warm_up", planted=planned.planted)
        self._record(
            "opened",
            case=index,
            ran=opened["ran"],
            cold={**loaded, **opened["cold"]},
            warm_up=warmed["warm_up"],
            peak_rss=warmed["peak_rss"],
            memory=warmed["memory"],
        )
        return float(warmed["median"])

    def _rounds(
        self, replicate: int, workers: Mapping[int, tuple[Worker, float]], total: int
    ) -> None:
        alive = self.ledger.alive()
        if not alive:
            return
        seed = self._planned[alive[0]].case.workload.seed
        count = round_count(self._effort.rounds, max(workers[index][1] for index in alive))
        for number, order in enumerate(rounds(alive, count, seed, replicate)):
            for place, index in enumerate(order):
                done = len(workers) + place + number * len(workers) * self._effort.rounds // count
                self._advance(replicate, done, total, index, f"round {number + 1}")
                if index not in self.ledger.alive():
                    continue
                worker, median = workers[index]
                with self._attempt(index):
                    slot = worker.ask(
                        "slot", seconds=slot_seconds(median), opening=opening_calls(median)
                    )
                    self._record("slot", case=index, replicate=replicate, round=number, **slot)

    def _check(self, workers: Mapping[int, tuple[Worker, float]], total: int) -> None:
        """Accuracy through the sessions that were timed; a wrong one ends as invalid."""
        for index in self.ledger.alive():
            dataset = self._planned[index].dataset
            if dataset is None:
                continue
            self._advance(0, total, total, index, "checking accuracy")
            with self._attempt(index):
                planned = self._planned[index]
                original = planned.original.path if planned.original else None
                worker, _ = workers[index]
                counted = worker.ask("evaluate", dataset=dataset, original=original)["accuracy"]
                self._record("accuracy", case=index, accuracy=counted)
                accuracy = schema.decode_accuracy(counted)
                variant = planned.case.model.variant
                reason = accuracy and gate.objection(accuracy, variant, planned.most_drop)
                if reason:
                    self._end(index, "invalid", reason)

    def _inspect(self, workers: Mapping[int, tuple[Worker, float]], total: int) -> None:
        """What is learned from the timed sessions apart from time; wrong outputs are invalid."""
        for index in self.ledger.alive():
            planned = self._planned[index]
            if planned.planted is not None:
                continue  # a trial of the self-test asks for its time alone
            self._advance(0, total, total, index, "inspecting")
            with self._attempt(index):
                answered = workers[index][0].ask("inspect", dataset=planned.dataset)
                self._record("inspected", case=index, inspection=answered["inspection"])
                inspection = schema.decode_inspection(answered["inspection"])
                reason = answered.get("mismatch")
                if inspection and inspection.agreement and not reason:
                    rounded = gate.rounds(planned.case.model.variant)
                    reason = reference.objection(
                        inspection.agreement, planned.case.workload, rounded
                    )
                if reason:
                    self._end(index, "invalid", reason)

    @contextlib.contextmanager
    def _attempt(self, index: int) -> Any:
        """What goes wrong with one case ends that case alone."""
        try:
            yield
        except ReportError:
            raise  # a full disk is not the fault of a case
        except RuntimeUnavailable as error:
            self._end(index, "skipped", error.sentence())
        except BenchError as error:
            self._end(index, "failed", error.sentence())

    def _end(self, index: int, status: str, reason: str) -> None:
        self._record("ended", case=index, status=status, reason=reason)

    def _record(self, kind: str, **fields: Any) -> None:
        entry = {"kind": kind, **fields}
        self._journal.append(entry)
        self.ledger.apply(entry)

    def _advance(self, replicate: int, done: int, total: int, index: int, doing: str) -> None:
        label = self._planned[index].case.label
        self._on_progress(
            Progress(
                replicate=replicate,
                least=self._effort.least,
                most=self._effort.most,
                done=done,
                total=total,
                doing=f"{label}: {doing}",
                width=self._width,
                target=self._effort.target_width,
            )
        )
