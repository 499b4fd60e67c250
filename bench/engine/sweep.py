"""A whole measurement: replicates until the stop rule is met or the budget is used."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.domain import Failed, Measurement, Outcome, Report
from bench.domain.effort import Effort
from bench.engine.allocation import (
    Needed,
    blocks,
    is_comparable,
    pairs_to_measure,
    settled_cases,
    worth_rounds,
)
from bench.engine.budget import Budget
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned
from bench.engine.recording import Recording
from bench.engine.replicate import Replicate
from bench.engine.standing import Standing
from bench.engine.stopping import enough, settled, shortfall, widest
from bench.errors import OutOfBudget
from bench.host import gpu, topology
from bench.host.descriptors import free_descriptors
from bench.host.memory import available_memory
from bench.models.short_names import called, of_cases
from bench.records.journal import Journal
from bench.records.ledger import Ledger

MEMORY = 0.8  # share of what is available
PROCESS = 150 * 2**20  # bytes of a worker without a model, about
DESCRIPTORS = 4  # that this process keeps open for a worker: its three streams, and a lock
SPARE = 64  # descriptors for everything else
# Of the outcomes so far and the cases that are alive: those that a race measures no more.
Losing = Callable[[Sequence[Outcome], Sequence[int]], Sequence[int]]
COPIES = 2  # of a model's file in a session: its weights, and the same as kernels want them


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a sweep is: `done` of `total` steps of the current replicate, and of how many.

    `width` is the widest relative half-width of the ratios that are not settled, or of all when
    they are, `target` the one aimed at.
    `seconds` is what the latest replicate took, `left` what the budget leaves (inf without one).
    """

    replicate: int
    least: int
    most: int
    done: int
    total: int
    doing: str
    width: float | None
    target: float
    seconds: float | None = None
    left: float = math.inf


class Sweep:
    """Measures a plan; every step is an entry that goes to the journal and then to the ledger.

    The ledger may hold complete replicates already; the sweep goes on after them. In a race rows
    leave by `losing` alone, which is asked after each replicate. It ends where what is
    `needed` cannot be had any more.
    """

    def __init__(
        self,
        planned: Sequence[Planned],
        ledger: Ledger,
        journal: Journal,
        effort: Effort,
        on_progress: Callable[[Progress], None],
        on_replicate: Callable[[Report], None],
        budget: Budget | None = None,
        launch: Launch = Worker,
        losing: Losing | None = None,
        needed: Needed = "row",
    ) -> None:
        self.ledger = ledger
        self._planned = planned
        names = of_cases(row.case for row in planned)
        self._labels = [called(row.case, names).label for row in planned]
        self._recording = Recording(ledger, journal)
        self._effort = effort
        self._on_progress = on_progress
        self._on_replicate = on_replicate
        self._budget = budget or Budget()
        self._launch = launch
        self._losing = losing
        self._needed = needed
        self._width: float | None = None
        self._seconds: float | None = None
        self._usable_cpus = topology.usable()
        targets = [row.case.target for row in planned]
        on_gpu = {target.device or "0" for target in targets if gpu.computes(target.provider)}
        free = [gpu.free(int(number)) for number in on_gpu if number.isdecimal()]
        self._gpu_free = min((each for each in free if each is not None), default=None)

    def run(self) -> None:
        """Measure until the effort's stop rule is met, the budget is used or no case is alive.

        A replicate that would not fit into the budget, as long as the one before, is not begun.
        """
        self._end_planned()
        standing = Standing.of(self.ledger, self._effort.judged)
        while self.ledger.alive():
            if self._needed == "pair" and not is_comparable(
                standing.report.outcomes, self.ledger.alive(), standing.report.match
            ):
                return
            ratios = standing.open(self.ledger.alive())
            wide = [ratio for ratio in ratios if not settled(self._effort, ratio)]
            self._width = widest(wide or ratios) if ratios else None
            if enough(self._effort, self.ledger.fewest(), ratios):
                break
            for index in self._leaving(standing):
                self._recording.add("settled", case=index)
            fits = not self.ledger.replicates or self._budget.left() > (self._seconds or 0)
            if not fits or not self.ledger.alive():
                break
            try:
                self._replicate(standing)
            except OutOfBudget:
                break
            standing = Standing.of(self.ledger, self._effort.judged)
            self._on_replicate(standing.report)
        self._tell_shortfall(standing)

    def _leaving(self, standing: Standing) -> Sequence[int]:
        """The cases that are measured no more."""
        if not self._losing:
            return settled_cases(self._effort, standing.ratios, self.ledger.alive())
        first = not self.ledger.replicates
        return () if first else self._losing(standing.report.outcomes, self.ledger.alive())

    def _end_planned(self) -> None:
        for index in self.ledger.alive():
            ended = self._planned[index].ended
            if ended:
                status = "failed" if isinstance(ended, Failed) else "skipped"
                self._recording.end(index, status, ended.reason)
            elif reason := self._too_large_for_gpu(index):
                self._recording.end(index, "skipped", reason)

    def _too_large_for_gpu(self, index: int) -> str | None:
        """Why a case cannot fit into the memory that is free on its GPU, or None."""
        need, free = self._gpu_memory(index, None), self._gpu_free
        if not need or free is None or need <= free:
            return None
        return (
            f"It would take about {need / 1e9:.1f} GB of GPU memory, and {free / 1e9:.1f} GB are"
            " free. End what else uses the GPU: `nvidia-smi` lists it."
        )

    def _replicate(self, standing: Standing) -> None:
        number = self.ledger.replicates
        report = standing.report
        cases = self.ledger.alive()
        replicate = Replicate(
            number,
            self._planned,
            self._usable_cpus,
            self._recording,
            self._effort,
            worth_rounds(
                self._effort.rounds,
                [report.outcomes[index] for index in cases],
                standing.rounds_of(cases),
                len(self._usable_cpus),
            ),
            self._launch,
            self._budget,
            lambda *step: self._advance(number, *step),
            self._needed,
        )
        pairs = pairs_to_measure(report.outcomes, cases, report.match)
        memory = {index: self._memory(index, report.outcomes[index]) for index in cases}
        # As many bytes are counted for a worker as its descriptors are a share of those there are.
        room = MEMORY * available_memory()
        each = room * DESCRIPTORS / max(1, free_descriptors() - SPARE)
        # And so many as its share of the memory of the GPU, where each worker has a context.
        on_gpu = room / (MEMORY * self._gpu_free) if self._gpu_free else 0.0
        needs = {
            index: max(taken, each, on_gpu * self._gpu_memory(index, report.outcomes[index]))
            for index, taken in memory.items()
        }
        anchors = {index for index in cases if self._planned[index].case.role == "anchor"}
        self._seconds = replicate.run(blocks(cases, pairs, needs, room, anchors))

    def _memory(self, index: int, outcome: Outcome) -> int:
        """Bytes that a case takes: those that it took, or a guess by its file before that."""
        if isinstance(outcome, Measurement) and outcome.opened:
            return max(opened.peak_rss for opened in outcome.opened)
        model = self._planned[index].case.model
        return PROCESS + COPIES * (model.size + sum(model.weights.values()))

    def _gpu_memory(self, index: int, outcome: Outcome | None) -> int:
        """Bytes that a case takes of a GPU: those that it took, or a guess before that."""
        case = self._planned[index].case
        if not gpu.computes(case.target.provider):
            return 0
        if isinstance(outcome, Measurement):
            took = max((opened.memory.get("gpu", 0) for opened in outcome.opened), default=0)
            if took:
                return took
        return gpu.CONTEXT + COPIES * (case.model.size + sum(case.model.weights.values()))

    def _tell_shortfall(self, standing: Standing) -> None:
        if alive := self.ledger.alive():
            reason = shortfall(self._effort, self.ledger.fewest(), standing.open(alive))
            if reason:
                self._recording.add("stopped", reason=reason)

    def _advance(self, replicate: int, done: int, total: int, index: int, doing: str) -> None:
        self._on_progress(
            Progress(
                replicate=replicate,
                least=self._effort.least,
                most=self._effort.most,
                done=done,
                total=total,
                doing=f"{self._labels[index]}: {doing}",
                width=self._width,
                target=self._effort.target_width,
                seconds=self._seconds,
                left=self._budget.left(),
            )
        )
