"""What is learned of a row after its rounds: where that fails, the row keeps its times."""

from typing import Any

from bench.accuracy import gate, reference
from bench.engine.launcher import Worker
from bench.engine.plan import Planned
from bench.engine.recording import Recording
from bench.errors import BenchError, OutOfBudget, WorkerError
from bench.host.loaded import digests
from bench.models.variants.quantised import quantised_by
from bench.records.accuracies import decode_accuracy
from bench.records.inspection import decode_agreement

LEARNED = (
    "profile",
    "parts",
    "cached_load",
    "loaded",
)  # what a worker can be asked for, each by itself


class Checks:
    """The checks of one row through the session that was timed; only wrong outputs end it."""

    def __init__(self, index: int, planned: Planned, worker: Worker, recording: Recording) -> None:
        self._index = index
        self._planned = planned
        self._worker = worker
        self._recording = recording
        self._gone: BenchError | None = None  # why there is no worker to ask any more

    def accuracy(self) -> None:
        """Right answers on the labelled data, if there are any. Raises OutOfBudget."""
        planned = self._planned
        if planned.dataset is None:
            return
        original = planned.original.path if planned.original else None
        answered = self._ask(
            "accuracy",
            "evaluate",
            dataset=planned.dataset,
            original=original,
            metric=planned.metric,
        )
        if answered is None:
            return
        self._recording.add("accuracy", case=self._index, accuracy=answered["accuracy"])
        counted = decode_accuracy(answered["accuracy"])
        if counted:
            variant = planned.case.model.variant
            self._end_if(gate.objection(counted, variant, planned.most_drop))

    def outputs(self) -> Any:
        """How far the outputs are from a reference's, encoded. Raises OutOfBudget."""
        answered = self._ask("agreement", "agree", dataset=self._planned.dataset)
        if answered is None:
            return None
        agreement = decode_agreement(answered["agreement"])
        reason = answered["mismatch"]
        if agreement and not reason:
            model = self._planned.case.model
            rounded = gate.rounds(model.variant) or bool(quantised_by(model.operators))
            reason = reference.objection(agreement, self._planned.case.workload, rounded)
        self._end_if(reason)
        return answered["agreement"]

    def rest(self, agreement: Any) -> None:
        """Where the time went and what a cached start costs, each as far as it can be had."""
        learned: dict[str, Any] = {"parts": {}, "profile": None, "agreement": agreement}
        for what in LEARNED:
            try:
                learned |= self._ask(what, "learn", what=what) or {}
            except OutOfBudget as error:
                self._miss(what, error)
        if libraries := learned.get("loaded"):
            libraries["libraries"] = digests(libraries["libraries"])
        self._recording.add("inspected", case=self._index, inspection=learned)

    def _ask(self, what: str, do: str, /, **arguments: Any) -> dict[str, Any] | None:
        """The answer, or None where `what` is missing now. Raises OutOfBudget."""
        try:
            if self._gone:
                raise self._gone
            return self._worker.ask(do, **arguments)
        except OutOfBudget as error:
            self._gone = error
            raise
        except BenchError as error:
            if isinstance(error, WorkerError):
                self._gone = error
            self._miss(what, error)
            return None

    def _miss(self, what: str, error: BenchError) -> None:
        self._recording.add("missing", case=self._index, what=what, reason=error.sentence())

    def _end_if(self, reason: str | None) -> None:
        if reason:
            self._recording.end(self._index, "invalid", reason)
