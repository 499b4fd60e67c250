"""Reports of any number of rows that nobody measured: the real sweep with workers that make up."""

from array import array
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy

from bench.domain import Asked, Case, Model, Skipped, Target, Tensor, Workload
from bench.domain.effort import Effort
from bench.engine import measure
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.watch import Unwatched

TARGETS = (
    "onnxruntime:cpu",
    "onnxruntime:openvino",
    "onnxruntime:cuda",
    "openvino:cpu",
    "torch:cpu",
)
BATCHES = (1, 32)
EFFORT = Effort("made up", least=10, most=10, rounds=24, target_width=0.01)
SHORTEST, LONGEST = 20e-6, 5e-3  # seconds of a call at batch 1
NANO = 1e-9  # what the clock tells apart
NOISE, DISTURBED, BROKEN = 0.03, 0.01, 0.05  # of a call; shares of slots and of rows
MEGABYTE = 2**20


class MadeUp:
    """A worker that has no process: its calls take what its model, target and batch tell."""

    def __init__(self, machine: int, environment: str = "") -> None:
        self._machine = machine
        self._seconds = 0.0
        self._random = numpy.random.default_rng(machine)
        self._begun: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """There is nothing to end."""

    def move(self, cpus: Sequence[int]) -> None:
        """It is nowhere."""

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The answer at once."""
        self.begin(do, **arguments)
        return self.answer(do)

    def begin(self, do: str, **arguments: Any) -> None:
        """Remember what is asked."""
        self._begun = arguments

    def answer(self, do: str) -> dict[str, Any]:
        """What a worker would answer to what was begun."""
        answered: dict[str, Any] = getattr(self, f"_{do}")(**self._begun)
        return answered

    def _load(self, runtime: str) -> dict[str, Any]:
        self._target = runtime
        return {"import": 0.2}

    def _open(
        self, provider: str, model: dict[str, Any], workload: dict[str, Any], **_: Any
    ) -> dict[str, Any]:
        words = (model["name"], self._target, provider)
        seed = [self._machine, *(sum(map(ord, word)) * len(word) for word in words)]
        made = numpy.random.default_rng(seed)
        number = int(model["name"].rpartition("-")[2])
        usual = SHORTEST * (LONGEST / SHORTEST) ** (number % 100 / 100)
        self._seconds = usual * float(numpy.exp(made.normal(0, 0.3))) * workload["batch"] ** 0.7
        self._random = numpy.random.default_rng([*seed, workload["batch"]])
        ran = {
            "providers": {f"{provider}Provider": 14},
            "options": {"intra_op_num_threads": "1", "arena": "1"},
            "runtime_version": "1.0",
            "threads": 1,
            "precision": "fp32",
            "operators": {"Conv": 5, "Relu": 5, "Gemm": 2, "GlobalAveragePool": 1, "Flatten": 1},
        }
        return {"ran": ran, "cold": {"load": 0.03, "first": 0.002, "second": 0.001}, "inputs": "a"}

    def _warm_up(self, **_: Any) -> dict[str, Any]:
        self._seconds *= float(numpy.exp(self._random.normal(0, 0.002)))  # of this process
        steady = {"calls": 60, "seconds": 0.2, "steady": True}
        memory = {"peak_rss": 80 * MEGABYTE, "memory": {"warm_up": 80 * MEGABYTE}}
        return {"warm_up": steady, "median": self._seconds, **memory}

    def _slot(self, seconds: float, **_: Any) -> dict[str, Any]:
        calls = min(max(3, int(seconds / self._seconds)), 1000)
        times = self._seconds * (1 + NOISE * self._random.standard_gamma(1.0, calls))
        samples = array("d", (numpy.rint(times / NANO) * NANO).tolist())
        waited = self._random.random() < DISTURBED
        return {
            "samples": samples.tolist(),
            "disturbed": "waited for a CPU 12% of the slot" if waited else None,
        }

    def _agree(self, **_: Any) -> dict[str, Any]:
        return {"agreement": {"max_abs_diff": 1e-6, "scale": 1.0}, "mismatch": None}

    def _learn(self, what: str) -> dict[str, Any]:
        return {what: {} if what == "parts" else None}


def planned(count: int) -> list[Planned]:
    """So many rows: models on five targets at two batches; one in twenty cannot run."""
    rows = []
    for number in range(count):
        batch = BATCHES[number % len(BATCHES)]
        target = TARGETS[number // len(BATCHES) % len(TARGETS)]
        name = f"model-{number // (len(BATCHES) * len(TARGETS))}"
        case = Case(
            Model(name, f"{name}.onnx", f"{name} digest", inputs=(INPUT,)),
            Target.parse(target),
            Workload(batch, threads=1),
            {"N": batch},
        )
        broken = number % round(1 / BROKEN) == 7
        reason = "it has no kernel for GridSample. Try another target."
        rows.append(Planned(case, ended=Skipped(case, reason) if broken else None))
    return rows


INPUT = Tensor("input", "float32", ("N", 3, 224, 224))


def write(reports: Path, count: int, machine: int = 0) -> Path:
    """A new report of `count` rows under `reports`, as that of one of several machines."""
    here = measure.environment
    vars(measure)["environment"] = lambda: {**here(), "cpu": f"Example Processor {machine}"}
    try:
        asked = Asked(effort=EFFORT, reports=reports, command=("bench", "run"), wait=False)
        launch = partial(MadeUp, machine)
        terms = measure.Terms(asked, Unwatched(), Budget(), launch)
        measured = measure.carry_out(planned(count), terms)
    finally:
        vars(measure)["environment"] = here
    assert measured.folder
    return measured.folder
