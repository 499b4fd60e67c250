"""Whether two give the same answers: functions by what they return, models by their outputs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from bench.domain import Agreement, Limits, Model
from bench.engine.launcher import Worker
from bench.engine.plan import Planned, plan
from bench.errors import BenchError
from bench.host.scratch import Scratch
from bench.records.inspection import decode_agreement
from onnx_bench.choices import Choices, Name, asked, named
from onnx_bench.functions import wanted


@dataclass(frozen=True, slots=True)
class Answers:
    """Whether a candidate answers as its baseline does, and a sentence that says how it does not.

    `max_abs_diff` is the largest difference of real numbers and `scale` the largest magnitude of
    the baseline's; `differing` of `places` hold other integers, truth values or classes.
    """

    same: bool
    sentence: str
    max_abs_diff: float
    scale: float
    differing: int
    places: int


def answers(models: Sequence[Model], choices: Choices, tolerance: float) -> Answers:
    """What two functions return to the same inputs, each called in a process of its own.

    Raises BenchError with what a function raises.
    """
    limits = wanted(choices).limits
    baseline, candidate = (dict(model.metadata) for model in models)
    with Scratch() as folder:
        kept = str(Path(folder, "answers.pickle"))
        with Worker(limits=limits) as worker:
            worker.ask("write_answers", function=baseline, destination=kept)
        with Worker(limits=limits) as worker:
            told = worker.ask("hold_answers", function=candidate, against=kept)
    agreed = decode_agreement(told["agreement"])
    assert agreed
    return judged(agreed, told["unlike"], tolerance, models[1].name, models[0].name)


def judged(
    agreed: Agreement, unlike: str | None, tolerance: float, candidate: str, baseline: str
) -> Answers:
    """The same where no integer differs and real numbers do by `tolerance` of the scale at most."""
    said = f"{candidate} and {baseline} give the same answers."
    far = agreed.max_abs_diff > tolerance * agreed.scale
    if unlike:
        said = f"{candidate} does not answer as {baseline} does: {unlike}."
    elif agreed.differing:
        said = (
            f"{candidate} answers otherwise than {baseline} at {agreed.differing} of"
            f" {agreed.places} places that hold integers."
        )
    elif far:
        said = (
            f"The answers of {candidate} differ from those of {baseline} by up to"
            f" {agreed.max_abs_diff:.2g}, where they reach {agreed.scale:.2g}."
        )
    return Answers(
        not (unlike or agreed.differing or far),
        said,
        agreed.max_abs_diff,
        agreed.scale,
        agreed.differing,
        agreed.places,
    )


def answers_of_models(
    baseline: Name, candidate: Name, choices: Choices, tolerance: float
) -> Answers:
    """The outputs of a candidate on each target and batch, to inputs that both are fed.

    The first that differ are told, else the largest difference. Raises BenchError where one cannot
    run, or where nothing can be held against the baseline.
    """
    names = named([baseline, candidate])
    once = tuple(dict.fromkeys(names))  # a model may be held against itself
    wanted = asked(once, choices, "assert_same_answers")
    planned = plan(wanted, partial(Worker, limits=wanted.limits))
    # A row of another precision runs a variant, and is asked for by the name of its original.
    originals = [row.original or row.case.model for row in planned]
    old = next(model for model in originals if model.name == names[0])
    told = [
        _answered(row, old, wanted.limits, tolerance)
        for row, model in zip(planned, originals, strict=True)
        if model.name == names[1]
    ]
    return min(told, key=lambda each: (each.same, -each.max_abs_diff))


def _answered(row: Planned, old: Model, limits: Limits, tolerance: float) -> Answers:
    new = row.case.model
    if row.ended:
        raise BenchError(f"{row.case.label}: {row.ended.reason}", "See: bench doctor")
    counts = len(new.outputs), len(old.outputs)
    if counts[0] != counts[1]:
        unlike = f"there are {counts[0]} outputs instead of {counts[1]}"
        return judged(Agreement(0.0, 0.0), unlike, tolerance, new.name, old.name)
    with Worker(row.case.target.environment, limits) as worker:
        worker.ask("load", runtime=row.case.target.runtime)
        worker.ask("open", **replace(row, dataset=None).opening())
        told = worker.ask("agree", dataset=None, against=asdict(old))
    agreed = decode_agreement(told["agreement"])
    if agreed is None:
        raise BenchError(
            f"The outputs of {new.name} cannot be held against those of {old.name}: onnxruntime"
            f" does not run {old.name} on the same inputs, or not twice alike.",
            f"Try it: bench run {old.path}",
        )
    return judged(agreed, None, tolerance, new.name, old.name)
