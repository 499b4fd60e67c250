"""A machine whose workers are recorded once, and which then stands in for itself.

What is recorded are all answers of all workers, with the seconds from one answer to the next: the
start of processes and what the parent does in between are in them. A machine that is *replayed*
answers a search from these records, on a clock that moves by the recorded seconds:

- A replicate of the search is one of those recorded, drawn with replacement, the same for all
  configurations: what disturbed all of them disturbs all of them again.
- Its rounds are blocks of two recorded ones (an order and its reverse), drawn with replacement, the
  same for all configurations.

So the truth of this machine, the mean over the records, is known exactly, and it has what a search
meets: differences between processes and between rounds. It assumes that replicates follow one
another at random, that blocks of rounds do within a replicate, and that a row takes as long however
many others are open. Slower changes of the machine than a replicate are not in it.
"""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy

from bench.analysis.summary import Summary, summarise
from bench.domain.effort import Effort
from bench.engine.budget import Budget
from bench.engine.launcher import Launch
from bench.engine.plan import Planned
from bench.engine.sweep import Losing, Sweep
from bench.errors import BenchError
from bench.host.environment import now
from bench.records.journal import Journal, first_entry
from bench.records.ledger import Ledger

OPENING = ("load", "open", "warm_up")
BLOCK = 2  # rounds: an order and its reverse
Answer = dict[str, Any]


def key(runtime: str, opening: Mapping[str, Any]) -> str:
    """The configuration that is opened, in one word."""
    workload = opening["workload"]
    facts = [
        *(runtime, opening["provider"], opening["model"]["sha256"], workload["precision"]),
        *(workload["threads"], workload["batch"], sorted(workload["options"].items())),
    ]
    return json.dumps(facts)


def key_of(row: Planned) -> str:
    """The same of a row that is planned."""
    return key(row.case.target.runtime, row.opening())


@dataclass(slots=True)
class Visit:
    """What a worker said, each with its seconds: its opening, its slots, and its checks.

    A slot is the median seconds of its calls, and why it was disturbed, if it was.
    """

    opening: dict[str, tuple[Answer, float]] = field(default_factory=dict)
    slots: list[tuple[float, str | None, float]] = field(default_factory=list)
    checks: dict[str, tuple[Answer, float]] = field(default_factory=dict)


@dataclass(slots=True)
class Recorder:
    """Starts real workers, and keeps what they say by configuration and replicate."""

    launch: Launch
    visits: dict[str, list[Visit]] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    _before: float = math.nan

    def __call__(self, environment: str = "") -> Any:
        """A worker that is listened to."""
        if math.isnan(self._before):
            self._before = self.clock()
        return _Heard(self.launch(environment), self)

    def lap(self) -> float:
        """Seconds since the answer before."""
        before, self._before = self._before, self.clock()
        return self._before - before

    def record(self, replicates: int, failed: Mapping[str, str]) -> "Record":
        """What was kept of this many replicates, and why other configurations were not opened."""
        visits = {name: _timed(visits)[:replicates] for name, visits in self.visits.items()}
        return Record(replicates, visits, failed)


def _timed(visits: list[Visit]) -> list[Visit]:
    """Those of rows. A third library that judges outputs has no slots, and is no replicate."""
    rows = [visit for visit in visits if visit.slots]
    for visit in visits:
        if rows and not visit.slots:
            rows[0].checks.update(visit.checks)
    return rows or visits


class _Heard:
    """A worker whose answers are kept from the moment on at which it is told what to open."""

    def __init__(self, worker: Any, recorder: Recorder) -> None:
        self._worker, self._recorder, self._visit = worker, recorder, Visit()
        self._asked: dict[str, Any] = {}

    def __enter__(self) -> "_Heard":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._worker.close()

    def ask(self, do: str, **arguments: Any) -> Answer:
        self.begin(do, **arguments)
        return self.answer(do)

    def begin(self, do: str, **arguments: Any) -> None:
        self._asked[do] = arguments
        self._worker.begin(do, **arguments)

    def answer(self, do: str) -> Answer:
        said: Answer = self._worker.answer(do)
        seconds = self._recorder.lap()
        seconds = round(seconds, 6)
        if do == "slot":
            median = float(f"{numpy.median(said['samples']):.5g}")
            self._visit.slots.append((median, said["disturbed"], seconds))
        elif do in OPENING:
            self._visit.opening[do] = (said, seconds)
        elif do == "learn":  # nothing of it plays a part in a search but its seconds
            self._visit.checks[_check(do, self._asked[do])] = ({}, seconds)
        else:
            self._visit.checks[do] = (said, seconds)
        if do == "open":
            opened = key(self._asked["load"]["runtime"], self._asked["open"])
            self._recorder.visits.setdefault(opened, []).append(self._visit)
        return said


def _counted(said: Answer, arguments: Mapping[str, Any]) -> float:
    """The share of a data set whose answers are counted, where all were when it was recorded."""
    accuracy = said.get("accuracy")
    return min(1.0, arguments.get("most", math.inf) / accuracy["total"]) if accuracy else 1.0


def _check(do: str, arguments: Mapping[str, Any]) -> str:
    return f"{do} {arguments['what']}" if do == "learn" else do


@dataclass(slots=True)
class Changed:
    """What is planted in a configuration: its times by a factor, and other answers to checks."""

    factor: float = 1.0
    checks: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """The visits to each configuration in complete replicates, and why others could not be opened.

    Both are by key.
    """

    replicates: int
    visits: Mapping[str, Sequence[Visit]]
    failed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Record":
        """The plain object that `asdict` makes."""
        visits = {
            name: [Visit(**visit) for visit in visits] for name, visits in fields["visits"].items()
        }
        return cls(fields["replicates"], visits, fields["failed"])

    def learning(self) -> dict[str, tuple[Answer, float]]:
        """What some row was asked beyond its outputs and its answers: it stands for all rows."""
        checks = (visit.checks for visits in self.visits.values() for visit in visits)
        return {
            name: said
            for each in checks
            for name, said in each.items()
            if "learn" in name or name == "hear"
        }

    def importing(self) -> dict[str, Answer]:
        """What a worker says of its import, by runtime."""
        return {
            json.loads(name)[0]: visits[0].opening["load"][0]
            for name, visits in self.visits.items()
        }


class Machine:
    """Replays a record; `changed` is what is planted, by key."""

    def __init__(
        self, record: Record, seed: int, changed: Mapping[str, Changed] | None = None
    ) -> None:
        self.record, self.changed = record, changed or {}
        self.now = 0.0
        self.importing, self.learning = record.importing(), record.learning()
        self._generator = numpy.random.default_rng(seed)
        self.draw()

    def clock(self) -> float:
        """Seconds that have passed in the records."""
        return self.now

    def draw(self) -> None:
        """Another replicate begins."""
        self.replicate = int(self._generator.integers(self.record.replicates))
        self._blocks: list[int] = []

    def round(self, number: int, recorded: int) -> int:
        """Which of the rounds that were `recorded` stands for this one."""
        while number // BLOCK >= len(self._blocks):
            self._blocks.append(int(self._generator.integers(recorded // BLOCK)))
        return BLOCK * self._blocks[number // BLOCK] + number % BLOCK

    def measure(
        self, rows: Sequence[Planned], effort: Effort, losing: Losing | None, budget: Budget
    ) -> Summary:
        """What a sweep of these rows shows, by the code that sweeps on a real machine."""
        plan = [row.encode() for row in rows]
        ledger = Ledger(first_entry(now(), {}, [], asdict(effort), plan))

        def launch(environment: str = "") -> Any:
            return _Replayed(self, budget)

        def drawn(report: object) -> None:
            self.draw()

        told: Callable[[object], None] = lambda progress: None  # noqa: E731
        Sweep(rows, ledger, Journal(None), effort, told, drawn, budget, launch, losing).run()
        self.draw()
        return summarise(ledger.report())


class _Replayed(_Heard):
    """A worker that says what was recorded; its seconds pass on the machine's clock alone."""

    def __init__(self, machine: Machine, budget: Budget) -> None:
        self._machine, self._budget = machine, budget
        self._asked, self._slots = {}, 0

    def close(self) -> None:
        """There is no process."""

    def begin(self, do: str, **arguments: Any) -> None:
        self._asked[do] = arguments

    def answer(self, do: str) -> Answer:
        machine, record = self._machine, self._machine.record
        if do == "load":  # which configuration it will be is not known yet
            runtime = self._asked["load"]["runtime"]
            if runtime not in machine.importing:
                raise BenchError(f"The machine was recorded without {runtime}.")
            return machine.importing[runtime]
        opened = key(self._asked["load"]["runtime"], self._asked["open"])
        if opened in record.failed:
            raise BenchError(record.failed[opened])
        visits = record.visits[opened]
        visit = visits[machine.replicate % len(visits)]
        changed = machine.changed.get(opened, Changed())
        if do == "slot":
            number = machine.round(self._slots, len(visit.slots))
            median, disturbed, seconds = visit.slots[number]
            self._slots += 1
            self._pass(seconds)
            return {"samples": [median * changed.factor], "disturbed": disturbed}
        if do in OPENING:
            said, seconds = visit.opening[do]
            self._pass(seconds + (visit.opening["load"][1] if do == "open" else 0.0))
            return said
        asked = _check(do, self._asked[do])
        said, seconds = {**machine.learning, **visits[0].checks}[asked]
        self._pass(seconds * _counted(said, self._asked[do]))
        return {**said, **changed.checks.get(asked, {})}

    def _pass(self, seconds: float) -> None:
        """Let time pass. Raises OutOfBudget where less is left."""
        left = self._budget.left()
        self._machine.now += min(seconds, left)
        if seconds > left:
            raise self._budget.exceeded()
