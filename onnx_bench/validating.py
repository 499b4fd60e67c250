"""Whether models are right where they run, without waiting for their times."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Unpack

from bench.analysis.summary import Row
from bench.domain import BUNDLED, Effort, Measurement, Status
from bench.engine import measure as engine
from onnx_bench.choices import Choices, Models, asked, choosing, some
from onnx_bench.measuring import check_ended, watch
from onnx_bench.rows import Interval

# One replicate of one round: as little as there can be before outputs are looked at.
ONE_LOOK = Effort("validate", least=1, most=1, rounds=1, target_width=1.0)
Verdict = Literal["right", "wrong", "unchecked", "skipped", "failed"]
_WORDS: Mapping[Status, Verdict] = {
    "measured": "right",
    "invalid": "wrong",
    "skipped": "skipped",
    "failed": "failed",
}
_NO_REFERENCE = (
    "There is nothing to hold its outputs against: onnxruntime is not installed, cannot run the"
    " model, or does not give the same twice."
)


@dataclass(frozen=True, slots=True)
class Validity:
    """What became of a model on a target, and the sentence why, unless it is right.

    Outputs are held against those of onnxruntime's plain CPU kernels on the same inputs, or right
    answers are counted where there is labelled data; where neither was possible they are
    `unchecked`. `max_abs_diff` is the largest difference, `accuracy` a share of 1.
    """

    model: str
    target: str
    batch: int
    precision: str
    verdict: Verdict
    reason: str | None
    max_abs_diff: float | None
    correct: int | None
    total: int | None
    accuracy: Interval | None


@choosing
def validate(models: Models = BUNDLED, **choices: Unpack[Choices]) -> tuple[Validity, ...]:
    """Whether the outputs of models are right on each target, batch and number format.

    Nothing is raised for wrong outputs: the verdict says so. Raises UsageError as `run` does.
    """
    wanted = replace(asked(some(models), choices, "validate"), effort=ONE_LOOK)
    measured = engine.measure(wanted, watch(choices))
    check_ended(measured)
    return tuple(map(_validity, measured.summary.rows))


def _validity(row: Row) -> Validity:
    outcome, counts = row.outcome, row.counts
    verdict, reason = _WORDS[row.status], row.reason
    apart = counts.max_abs_diff if counts else None
    if isinstance(outcome, Measurement):
        agreed = outcome.inspection.agreement if outcome.inspection else None
        apart = agreed.max_abs_diff if agreed else apart
        if not (agreed or counts):
            missing = outcome.missing
            verdict = "unchecked"
            reason = missing.get("accuracy") or missing.get("agreement") or _NO_REFERENCE
    return Validity(
        outcome.case.model.name,
        str(outcome.case.target),
        outcome.case.workload.batch,
        outcome.case.workload.precision,
        verdict,
        reason,
        apart,
        counts.correct if counts else None,
        counts.total if counts else None,
        row.accuracy,
    )
