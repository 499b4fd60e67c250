"""What another library answers to the inputs of a row, asked once for rows that are fed alike."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from bench.accuracy.witness import whom_to_ask
from bench.domain import Target
from bench.engine.budget import Budget
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned
from bench.errors import BenchError
from bench.host.packages import packages
from bench.host.scratch import Scratch

IN_ALL, OF_A_DISPUTE = 2.0, 30.0  # seconds: of those that nothing calls for, and of each other one


@dataclass(frozen=True, slots=True)
class Told:
    """A library as a target, and the file with what it answers."""

    target: str
    path: Path


class Witnesses:
    """Worker processes of other libraries; a context manager that ends them."""

    def __init__(self, launch: Launch, budget: Budget) -> None:
        self._launch = launch
        self._budget = budget
        self._left = IN_ALL
        self._folder: Scratch | None = None
        self._workers: dict[str, Worker] = {}
        self._told: dict[str, Told | None] = {}

    def __enter__(self) -> "Witnesses":
        return self

    def __exit__(self, *exception: object) -> None:
        for worker in self._workers.values():
            worker.close()
        if self._folder:
            self._folder.cleanup()

    def ask(self, planned: Planned, disputed: bool, runtime: str | None = None) -> Told | None:
        """What a third library, or a `runtime` here, answers; None where none can, or not soon.

        Raises OutOfBudget where the time of the whole run is used.
        """
        runtime = runtime or whom_to_ask(planned.case, packages(), disputed)
        seconds = OF_A_DISPUTE if disputed else self._left
        if runtime is None or not seconds:
            return None
        opening = _alike(planned)
        key = json.dumps([runtime, opening], sort_keys=True)
        if key not in self._told:
            begun = self._budget.clock()
            self._told[key] = self._asked(runtime, opening, seconds)
            if not disputed:
                self._left = max(0.0, self._left - (self._budget.clock() - begun))
        return self._told[key]

    def _asked(self, runtime: str, opening: dict[str, object], seconds: float) -> Told | None:
        if self._folder is None:
            self._folder = Scratch()
        path = Path(self._folder.name) / f"{len(self._told)}.npz"
        try:
            with self._budget.within(seconds):
                worker = self._worker(runtime)
                worker.ask("open", **opening)
                worker.ask("write_outputs", destination=str(path))
        except BenchError:  # it is not installed, cannot run the model, or takes too long
            if runtime in self._workers:
                self._workers.pop(runtime).close()
            if not self._budget.left():
                raise
            return None
        return Told(str(Target(runtime, "cpu")), path)

    def _worker(self, runtime: str) -> Worker:
        if runtime not in self._workers:
            self._workers[runtime] = self._launch("")
            self._workers[runtime].ask("load", runtime=runtime)
        return self._workers[runtime]


def _alike(planned: Planned) -> dict[str, object]:
    """How the witness opens the model: the same for all rows that are fed the same."""
    case = planned.case
    workload = replace(case.workload, threads=1, boundary="host", precision="fp32", options={})
    target = Target("", "cpu")
    return replace(planned, case=replace(case, workload=workload, target=target)).opening()
