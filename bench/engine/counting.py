"""Right answers of one model on one target, without any timing."""

from bench.domain import Accuracy, Case, Model, Target, Workload
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned
from bench.records.accuracies import decode_accuracy


def count_right(
    model: Model,
    target: Target,
    workload: Workload,
    dataset: str,
    launch: Launch = Worker,
    metric: str = "",
) -> Accuracy | None:
    """Accuracy counted in a fresh worker; None for a runtime that computes nothing.

    `metric` is as `bench.accuracy.metric` reads it, "" for the usual one. Raises RuntimeUnavailable
    where the target cannot run here, and BenchError with the reason where the model, the data set
    or the worker fails.
    """
    with launch(target.environment) as worker:
        worker.ask("load", runtime=target.runtime)
        worker.ask("open", **Planned(Case(model, target, workload), dataset).opening())
        return decode_accuracy(worker.ask("evaluate", dataset=dataset, metric=metric)["accuracy"])
