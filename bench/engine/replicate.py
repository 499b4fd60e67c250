"""One replicate: fresh workers, opened, visited in rounds, and checked when it is the first."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.domain import Effort
from bench.engine.allocation import Needed, is_comparable
from bench.engine.budget import Budget
from bench.engine.checking import check
from bench.engine.checks import leave_unchecked
from bench.engine.launcher import Launch, Worker
from bench.engine.placement import change, objection
from bench.engine.plan import Planned
from bench.engine.recording import Recording
from bench.engine.schedule import (
    LEAST_GPU_SLOT,
    LEAST_SLOT,
    cpus,
    opening_calls,
    opening_order,
    round_count,
    rounds,
    slot_seconds,
    waking_seconds,
)
from bench.engine.witnesses import Witnesses
from bench.errors import BenchError, OutOfBudget
from bench.host import gpu
from bench.host.topology import places
from bench.records import schema

# Of a budget the first replicate leaves time for what follows: rounds for those rows that could be
# opened, and a look at their outputs. Later ones are as long as the first, or not begun.
OPENING, ROUNDS = 2 / 3, 1 / 2  # shares of what is left

# Why a row is not measured where those are gone that it was to be compared with.
LONE = "no other row could be measured, so there is nothing to compare it with."

# A step of how many, of which case (its index in the plan), and what is being done.
Advance = Callable[[int, int, int, str], None]


class Replicate:
    """Measures each case that is alive once more.

    Where the budget ends, a first replicate is shorter, rows that are not opened are skipped, and
    those that there is no time to check say so.
    """

    def __init__(
        self,
        number: int,
        planned: Sequence[Planned],
        usable_cpus: Sequence[int],
        recording: Recording,
        effort: Effort,
        most_rounds: int,
        launch: Launch,
        budget: Budget,
        advance: Advance,
        needed: Needed = "row",
    ) -> None:
        self._number = number
        self._planned = planned
        self._seed = planned[0].case.workload.seed
        self._usable_cpus = usable_cpus
        self._recording = recording
        self._effort = effort
        self._most_rounds = most_rounds
        self._launch = launch
        self._budget = budget
        self._advance = advance
        self._needed = needed
        self._workers: dict[int, Worker] = {}
        self._witnesses = Witnesses(launch, budget)
        self._medians: dict[int, float] = {}
        self._visited: set[int] = set()  # the cases with a slot
        self._total = 0
        self._done = 0
        self._round = 0

    def run(self, blocks: Sequence[Sequence[int]]) -> float:
        """Measure block after block; the journal is synchronised when the workers are gone.

        The sessions of a block are open at the same time. All of them are opened anew for the next
        one: what stayed open would always be older than what it is held against. Returns the
        seconds without the checks, which are made once. Raises OutOfBudget where a later replicate
        does not fit: it is incomplete then, and nobody reads it.
        """
        begun = self._budget.clock()
        checking = 0.0
        ledger = self._recording.ledger
        new = {index for block in blocks for index in block if not ledger.completed(index)}
        self._total = sum(map(len, blocks)) * (1 + self._most_rounds)
        self._recording.add("replicate", replicate=self._number)
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._witnesses)
            for place, block in enumerate(blocks):
                self._measure(block, len(blocks) - place, stack)
                later = {index for each in blocks[place + 1 :] for index in each}
                checked = self._budget.clock()
                self._check(sorted(new & set(self._workers) & set(self._alive()) - later))
                checking += self._budget.clock() - checked
                while self._workers:
                    self._workers.popitem()[1].close()
        self._recording.add("complete", replicate=self._number)
        self._recording.sync()
        return self._budget.clock() - begun - checking

    def _measure(self, block: Sequence[int], left: int, stack: contextlib.ExitStack) -> None:
        """Open all, and visit them; `left` blocks have the budget to share."""
        alive = self._recording.ledger.alive()
        with self._budget.part(1 if self._number else OPENING / left):
            able = [index for index in block if index in alive]
            self._start(opening_order(able, self._seed, self._number), stack)
        self._end_lone()
        with self._budget.part(1 if self._number else ROUNDS / left):
            self._visit([index for index in block if index in self._workers])
        self._done += len(block) * (1 + self._most_rounds)

    def _end_lone(self) -> None:
        """End the rows of a first replicate where none is left to be compared with another."""
        if self._number or self._needed == "row":
            return
        report, alive = self._recording.ledger.report(), self._recording.ledger.alive()
        if not is_comparable(report.outcomes, alive, report.match):
            for index in alive:
                self._recording.end(index, "skipped", LONE)

    def _alive(self) -> list[int]:
        """The cases that have a session."""
        return [index for index in self._recording.ledger.alive() if index in self._medians]

    @contextlib.contextmanager
    def _attempt(self, index: int) -> Any:
        """What goes wrong ends the case; in a first replicate a used budget does so too."""
        try:
            with self._recording.attempt(index):
                yield
        except OutOfBudget as error:
            if self._number:
                raise
            self._give_up(index, error)

    def _give_up(self, index: int, error: OutOfBudget) -> None:
        """There is no time for a case, or for the rest of one that an earlier block measured."""
        if worker := self._workers.pop(index, None):
            worker.close()
        if index in self._visited:
            leave_unchecked(self._recording, index, error)
        else:
            self._recording.end(index, "skipped", error.message)

    def _start(self, cases: Sequence[int], stack: contextlib.ExitStack) -> None:
        """A worker with a session for each case, as many at a time as there are CPUs.

        A few at a time import together, when nothing is timed but the imports themselves; so a
        budget that does not suffice for all cases suffices for the first.
        """
        at_once = len(self._usable_cpus)
        for first in range(0, len(cases), at_once):
            for index, imported in self._load(cases[first : first + at_once], stack).items():
                self._open(index, imported)

    def _load(
        self, cases: Sequence[int], stack: contextlib.ExitStack
    ) -> dict[int, Mapping[str, Any]]:
        """A worker for each case; returns the seconds of its import of the runtime."""
        for index in cases:
            with self._attempt(index):
                if not self._budget.left():
                    raise self._budget.exceeded()
                target = self._planned[index].case.target
                self._workers[index] = stack.enter_context(self._launch(target.environment))
                self._workers[index].begin("load", runtime=target.runtime)
        alive = self._recording.ledger.alive()
        loaded: dict[int, Mapping[str, Any]] = {}
        for index in cases:
            if index in alive and index in self._workers:
                with self._attempt(index):
                    loaded[index] = self._workers[index].answer("load")
        return loaded

    def _open(self, index: int, imported: Mapping[str, Any]) -> None:
        """Open a case's session and warm it up; its median tells how long slots must be."""
        self._advance(self._done, self._total, index, "warming up")
        planned, worker = self._planned[index], self._workers[index]
        threads = planned.case.workload.threads
        with self._attempt(index):
            opened = worker.ask(
                "open",
                cpus=cpus(places(self._usable_cpus, threads), threads, self._number),
                **planned.opening(),
            )
            ran = schema.decode_ran(opened["ran"])
            first = self._recording.ledger.first_ran(index)
            reason = objection(ran, planned.placement) or (first and change(first, ran))
            if reason:
                raise BenchError(reason)
            most = self._effort.warm_up
            warmed = worker.ask("warm_up", planted=planned.planted, most=most)
            if index not in self._medians:  # else it is opened again for another block
                self._recording.add(
                    "opened",
                    case=index,
                    ran=opened["ran"],
                    cold={**imported, **opened["cold"]},
                    warm_up=warmed["warm_up"],
                    peak_rss=warmed["peak_rss"],
                    memory=warmed["memory"],
                    inputs=opened.get("inputs", ""),
                )
            self._medians[index] = float(warmed["median"])

    def _visit(self, block: Sequence[int]) -> None:
        """Rounds: one slot of each case; a first replicate has as many as fit into the budget."""
        cases = [index for index in self._alive() if index in block]
        if not cases:
            return
        slowest = max(self._medians[index] for index in cases)
        shortest = max(map(self._least_slot, cases))
        count = round_count(self._effort, self._most_rounds, slowest, shortest)
        longest = 0.0
        first = self._round
        self._round += count
        for number, order in enumerate(rounds(cases, count, self._seed, self._number)):
            begun = self._budget.clock()
            if number and not self._number and longest > self._budget.left():
                return
            for place, index in enumerate(order):
                done = len(cases) + place + number * len(cases) * self._most_rounds // count
                self._advance(self._done + done, self._total, index, f"round {number + 1}")
                try:
                    self._slot(index, first + number)
                except OutOfBudget as error:
                    if self._number:
                        raise
                    self._give_up(index, error)  # its worker was ended in the middle of a slot
                    for other in set(cases) & set(self._recording.ledger.alive()) - self._visited:
                        self._give_up(other, error)
                    return
                self._visited.add(index)
            longest = max(longest, self._budget.clock() - begun)

    def _slot(self, index: int, number: int) -> None:
        if index not in self._recording.ledger.alive():
            return
        median = self._medians[index]
        with self._recording.attempt(index):
            slot = self._workers[index].ask(
                "slot",
                seconds=slot_seconds(median, self._least_slot(index)),
                opening=opening_calls(median),
                waking=waking_seconds(median),
            )
            self._recording.add("slot", case=index, replicate=self._number, round=number, **slot)

    def _least_slot(self, index: int) -> float:
        on_gpu = gpu.computes(self._planned[index].case.target.provider)
        return LEAST_GPU_SLOT if on_gpu else LEAST_SLOT

    def _check(self, cases: Sequence[int]) -> None:
        """Whether the answers of these cases are right, and what else is learned of them once."""
        check(
            cases,
            self._planned,
            self._workers,
            self._usable_cpus,
            self._recording,
            self._witnesses,
            self._budget,
            lambda index, doing: self._advance(self._total, self._total, index, doing),
            self._effort.learned,
        )
