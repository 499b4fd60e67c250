"""What is learned of a row after its rounds: where that fails, the row keeps its times."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench.accuracy import gate, reference, witness
from bench.domain import Agreement, Witness
from bench.domain.effort import Learned
from bench.engine.launcher import Worker
from bench.engine.plan import Planned
from bench.engine.recording import Recording
from bench.engine.witnesses import Told, Witnesses
from bench.errors import BenchError, OutOfBudget, WorkerError
from bench.host.loaded import digests
from bench.models.variants.quantised import quantised_by
from bench.records.accuracies import decode_accuracy
from bench.records.inspection import decode_agreement

# What a worker can be asked for, each by itself.
LEARNED: Mapping[Learned, Sequence[str]] = {
    "all": ("profile", "parts", "cached_load", "loaded"),
    "software": ("loaded",),
}


class Checks:
    """The checks of one row through the session that was timed; only wrong outputs end it."""

    def __init__(
        self,
        index: int,
        planned: Planned,
        worker: Worker,
        recording: Recording,
        witnesses: Witnesses,
        learned: Learned,
    ) -> None:
        self._index = index
        self._witnesses = witnesses
        self._witness: Witness | None = None
        self._planned = planned
        self._worker = worker
        self._recording = recording
        self._learned = learned
        self._gone: BenchError | None = None  # why there is no worker to ask any more
        self._begun = ""  # the request that was sent, and whose answer was not fetched yet
        self._agreement: Any = None

    @property
    def asked_more(self) -> bool:
        """Whether more than accuracy is wanted, as in no trial of the self-test."""
        return self._planned.planted is None

    def begin(self) -> None:
        """Send the first request; what comes of it is told when its answer is fetched."""
        do, arguments = self._counting() if self._planned.dataset else self._comparing()
        if self._planned.dataset or self.asked_more:
            with contextlib.suppress(WorkerError):  # the process is gone, as the answer will say
                self._worker.begin(do, **arguments)
                self._begun = do

    def accuracy(self) -> None:
        """Right answers on the labelled data, if there are any. Raises OutOfBudget."""
        planned = self._planned
        if planned.dataset is None:
            return
        do, arguments = self._counting()
        answered = self._ask("accuracy", do, **arguments)
        if answered is None:
            return
        self._recording.add("accuracy", case=self._index, accuracy=answered["accuracy"])
        counted = decode_accuracy(answered["accuracy"])
        if counted:
            variant = planned.case.model.variant
            self._end_if(gate.objection(counted, variant, planned.most_drop))

    def outputs(self) -> None:
        """How far the outputs are from a reference's. Raises OutOfBudget."""
        do, arguments = self._comparing()
        answered = self._ask("agreement", do, **arguments)
        if answered is None:
            return
        agreement = decode_agreement(answered["agreement"])
        reason = answered["mismatch"]
        if agreement and not reason:
            model = self._planned.case.model
            rounded = gate.rounds(model.variant) or bool(quantised_by(model.operators))
            reason = reference.objection(agreement, self._planned.case.workload, rounded)
            reason = self._heard(agreement, reason, rounded)
        self._end_if(reason)
        self._agreement = answered["agreement"]

    def _heard(self, kernels: Agreement, reason: str | None, rounded: bool) -> str | None:
        """The reason why the row is invalid, if it is one, when a third library was heard."""
        other_build = witness.is_of_another_build(self._planned.case.target)
        if other_build and not reason and not self._planned.brief:
            reason = self._of_a_release(rounded)
            if reason or self._witness:
                return reason
        if (self._planned.brief or self._learned != "all") and not reason:
            return None
        told = self._witnesses.ask(self._planned, disputed=bool(reason))
        heard = self._distances(told)
        if told is None or heard is None:
            return reason
        ours, theirs = heard
        alone = witness.alone(self._planned.case.workload, rounded, kernels, ours, theirs)
        apart = theirs if alone == "kernels" else ours
        self._witness = Witness(told.target, alone, apart.max_abs_diff, apart.scale)
        if alone == "kernels" or not reason:
            return None
        return " ".join(filter(None, (reason, witness.sentence(self._witness))))

    def _of_a_release(self, rounded: bool) -> str | None:
        """Why a row of another release is invalid: it is far from ours, and from a third library.

        One that is far from ours alone is told, and stands.
        """
        workload = self._planned.case.workload
        here = self._witnesses.ask(self._planned, disputed=True, runtime="onnxruntime")
        ours = self._distances(here)
        if not (here and ours and reference.objection(ours[0], workload, rounded)):
            return None
        self._witness = Witness(here.target, "release", ours[0].max_abs_diff, ours[0].scale)
        if rounded:  # rounding adds up in another order: only right answers tell
            return None
        third = self._witnesses.ask(self._planned, disputed=True)
        theirs = self._distances(third)
        if not (third and theirs and reference.objection(theirs[0], workload)):
            return None
        return witness.of_a_release(self._witness, third.target)

    def _distances(self, told: Told | None) -> tuple[Agreement, Agreement] | None:
        """How far the row, and the kernels, are from what was told; None where nothing was."""
        distances = self._ask("witness", "hear", path=str(told.path)) if told else None
        if distances is None:
            return None
        ours, theirs = (decode_agreement(distances[name]) for name in ("ours", "theirs"))
        assert ours and theirs
        return ours, theirs

    def learn(self) -> None:
        """Where time went, what a cached start costs, what software ran: what can be had of it."""
        learned: dict[str, Any] = {"parts": {}, "profile": None, "agreement": self._agreement}
        learned["witness"] = asdict(self._witness) if self._witness else None
        for what in LEARNED[self._learned]:
            try:
                learned |= self._ask(what, "learn", what=what) or {}
            except OutOfBudget as error:
                self._miss(what, error)
        if libraries := learned.get("loaded"):
            libraries["libraries"] = digests(libraries["libraries"])
        self._recording.add("inspected", case=self._index, inspection=learned)

    def _counting(self) -> tuple[str, dict[str, Any]]:
        """The request for right answers, with its arguments."""
        planned = self._planned
        original = planned.original.path if planned.original else None
        return "evaluate", {
            "dataset": planned.dataset,
            "original": original,
            "metric": planned.metric,
            **({} if planned.most_items is None else {"most": planned.most_items}),
        }

    def _comparing(self) -> tuple[str, dict[str, Any]]:
        """The request that holds outputs against those of a reference."""
        return "agree", {"dataset": self._planned.dataset}

    def _ask(self, what: str, do: str, /, **arguments: Any) -> dict[str, Any] | None:
        """The answer, or None where `what` is missing now. Raises OutOfBudget."""
        try:
            if self._gone:
                raise self._gone
            if self._begun != do:
                self._worker.begin(do, **arguments)
            self._begun = ""
            return self._worker.answer(do)
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


def leave_unchecked(recording: Recording, index: int, error: OutOfBudget) -> None:
    """Say of a row that there was no time to check it."""
    recording.add("missing", case=index, what="checks", reason=error.message)
