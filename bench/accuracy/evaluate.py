"""Counting right answers through the very session that is timed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.accuracy import labels, own, regression
from bench.accuracy.answers import Answers, answers
from bench.accuracy.metric import Metric, parse
from bench.accuracy.outputs import Outputs, gathered, places
from bench.accuracy.paired import packed, pair
from bench.domain import Accuracy, Model
from bench.domain.outcome import REGRESSION
from bench.interfaces import Session
from bench.models.feed.dataset import Dataset
from bench.models.outputs.distance import distance
from bench.models.outputs.plain import plain_session

Run = Callable[[dict[str, NDArray[Any]]], Sequence[Any] | None]
WHATEVER_SUITS = Metric()


@dataclass(frozen=True, slots=True)
class Judged:
    """What a model said of all items of a data set, the answers in it, and remarks on them.

    `judge` gives the answers in what another one said, by the same rule.
    """

    said: Outputs
    answers: Answers
    judge: Callable[[Outputs], Answers]
    remarks: tuple[str, ...] = ()


def evaluate(
    session: Session,
    model: Model,
    dataset: Dataset,
    batch: int,
    original: str | None = None,
    metric: Metric = WHATEVER_SUITS,
) -> Accuracy | None:
    """Run every item of `dataset` in calls of `batch` items and count the right answers.

    The last call is filled up with items from the start, whose answers are not counted. With the
    path of an `original`, answers are held against its own, on onnxruntime's CPU provider. Returns
    None for a session that computes nothing. Raises DatasetError when the outputs are no answers,
    or the metric does not suit them.
    """

    def run(inputs: dict[str, NDArray[Any]]) -> Sequence[Any] | None:
        session.bind(inputs)()
        return session.outputs()

    if metric.name == REGRESSION:
        return _regression(run, model, dataset, batch, original)
    if original is None:
        ours = judged(run, model, dataset, batch, metric)
        return count(ours, dataset, reference(model, dataset)) if ours else None
    plain = plain_session(Path(original), rewrites="all")
    theirs = judged(lambda inputs: plain.run(None, inputs), model, dataset, batch, metric)
    assert theirs is not None
    # A threshold is the original's also where rounding moves the variant's numbers beyond it.
    ours = judged(run, model, dataset, batch, parse(theirs.answers.metric))
    if ours is None:
        return None
    paired = pair(theirs.answers, ours.answers)
    counted = replace(
        count(ours, dataset, theirs.said),
        disagreements=paired.changed,
        gained=paired.gained,
        lost=paired.lost,
    )
    constant = counted.answers == 1 and theirs.answers.different() != 1
    return replace(counted, constant=constant)


def _regression(
    run: Run, model: Model, dataset: Dataset, batch: int, original: str | None
) -> Accuracy | None:
    """Numbers held against targets, and against those of an `original`."""
    names = [output.name for output in model.outputs]

    def predicted(run: Run) -> regression.Floats | None:
        calls = _calls(run, model, dataset, batch)
        return regression.predicted(calls, names, batch, dataset, model.name)

    ours, theirs = predicted(run), None
    if original is not None:
        plain = plain_session(Path(original), rewrites="all")
        theirs = predicted(lambda inputs: plain.run(None, inputs))
    return None if ours is None else regression.judged(ours, dataset, theirs)


def judged(
    run: Run, model: Model, dataset: Dataset, batch: int, metric: Metric = WHATEVER_SUITS
) -> Judged | None:
    """What comes of all items, or None where nothing is computed. Raises DatasetError."""
    names = [output.name for output in model.outputs]
    calls = _calls(run, model, dataset, batch)
    if metric.own:
        return _judged_by(metric, own.load(*metric.own), names, calls, dataset.labels)
    first = next(calls, None)
    if first is None:
        return None
    chosen = places(names, first, batch, model.name)
    read = [chosen.read(first), *map(chosen.read, calls)]
    said = gathered(read, batch, len(dataset.labels))
    answered = answers(said, dataset.labels, metric)
    odd = labels.remark(answered.predicted, dataset.labels, answered.finite, said.class_count)
    rule = parse(answered.metric)
    return Judged(
        said,
        answered,
        lambda other: answers(other, dataset.labels, rule),
        tuple(filter(None, (chosen.remark, answered.remark, odd))),
    )


def _judged_by(
    metric: Metric,
    judge: own.Judge,
    names: Sequence[str],
    calls: Iterator[Sequence[Any]],
    labels: NDArray[Any],
) -> Judged | None:
    """The answers in all outputs as a function of the user's own counts them."""
    whole = [[copy(output) for output in call] for call in calls]
    if not whole:
        return None
    by_name = dict(zip(names, zip(*whole, strict=True), strict=True))

    def right(outputs: Mapping[str, Sequence[Any]]) -> Answers:
        return own.own_answers(judge, metric.name, outputs, labels)

    return Judged(
        Outputs(numbers=_only_numbers(by_name, len(labels))),
        right(by_name),
        lambda other: right({names[0]: [other.numbers]}),
    )


def _only_numbers(by_name: Mapping[str, Sequence[Any]], count: int) -> NDArray[Any] | None:
    """The finite numbers of the only output, which a reference has too; None for anything else."""
    calls = next(iter(by_name.values()))
    if len(by_name) > 1 or any(getattr(call, "ndim", 0) < 2 for call in calls):
        return None
    numbers = numpy.concatenate(calls)[:count]
    return numbers if numbers.dtype.kind == "f" and numpy.isfinite(numbers).all() else None


def _calls(run: Run, model: Model, dataset: Dataset, batch: int) -> Iterator[Sequence[Any]]:
    """The outputs of each call, in the session's own buffers; none where nothing is computed."""
    for start in range(0, len(dataset.labels), batch):
        outputs = run(dataset.feed(model, start, batch))
        if outputs is None:
            return
        yield outputs


def count(judged: Judged, dataset: Dataset, expected: Outputs | None) -> Accuracy:
    """Accuracy of what a model said, with differences to what is `expected` to be said."""
    answered, said = judged.answers, judged.said
    finite, total = answered.finite, len(dataset.labels)
    accuracy = Accuracy(
        dataset.name,
        correct=int(answered.right.sum()),
        total=total,
        not_finite=total - int(finite.sum()),
        metric=answered.metric,
        answers=answered.different(),
        remarks=judged.remarks,
        right=packed(answered.right),
    )
    ours, theirs = said.numbers, expected.numbers if expected else None
    if ours is None or theirs is None or theirs.shape != ours.shape or not finite.any():
        return accuracy
    return replace(
        accuracy,
        max_abs_diff=distance(ours[finite], theirs[finite]).largest,
        disagreements=pair(judged.judge(Outputs(numbers=theirs)), answered).changed,
    )


def reference(model: Model, dataset: Dataset) -> Outputs | None:
    """PyTorch's outputs on the test images, saved beside a network that `bench export` wrote."""
    path = Path(model.path).with_suffix(".outputs.npy")
    if dataset.name != "mnist" or "onnx-bench.network" not in model.metadata or not path.is_file():
        return None
    numbers = numpy.load(path, allow_pickle=False)
    return Outputs(numbers=numbers if dataset.places is None else numbers[dataset.places])
