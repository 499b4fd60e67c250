"""A worker of bench as a process that answers the same requests as the C program."""

from dataclasses import asdict

from bench.domain import Model, Workload
from bench.engine.launcher import Worker


class Bench:
    """A worker of bench with the methods of `floor.Floor`; makes its inputs without a data set."""

    def __init__(
        self, model: Model, batch: int, runtime: str, provider: str, dataset: str | None = None
    ) -> None:
        self._worker = Worker()
        self._worker.ask("load", runtime=runtime)
        self._worker.ask(
            "open",
            provider=provider,
            model=asdict(model),
            workload=asdict(Workload(batch, threads=1)),
            dataset=dataset,
        )

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *exception: object) -> None:
        self._worker.close()

    def warm_up(self) -> float:
        """The median of the last window in seconds."""
        return float(self._worker.ask("warm_up")["median"])

    def slot(self, seconds: float, opening: int) -> list[float]:
        """Seconds of single calls."""
        return list(
            self._worker.ask("slot", seconds=seconds, opening=opening, waking=0.001)["samples"]
        )
