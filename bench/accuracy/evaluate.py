"""Counting right answers through the very session that is timed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.accuracy.paired import pair, predictions
from bench.domain import Accuracy, Model
from bench.errors import DatasetError
from bench.interfaces import Session
from bench.models.feed.dataset import Dataset
from bench.models.outputs.distance import distance
from bench.models.outputs.plain import plain_session

Run = Callable[[dict[str, NDArray[Any]]], Sequence[NDArray[Any]] | None]


def evaluate(
    session: Session, model: Model, dataset: Dataset, batch: int, original: str | None = None
) -> Accuracy | None:
    """Run every item of `dataset` in calls of `batch` items and count the right answers.

    The last call is filled up with items from the start, whose answers are not counted. With the
    path of an `original`, answers are held against its own, on onnxruntime's CPU provider. Returns
    None for a session that computes nothing. Raises DatasetError when the first output is not a
    row of class scores for each item.
    """

    def run(inputs: dict[str, NDArray[Any]]) -> Sequence[NDArray[Any]] | None:
        session.bind(inputs)()
        return session.outputs()

    scores = _scores(run, model, dataset, batch)
    if scores is None:
        return None
    if original is None:
        return count(scores, dataset, reference(model, dataset))
    plain = plain_session(Path(original), rewrites="all")
    expected = _scores(lambda inputs: plain.run(None, inputs), model, dataset, batch)
    assert expected is not None
    paired = pair(predictions(expected), predictions(scores), dataset.labels)
    counted = count(scores, dataset, expected)
    return replace(counted, disagreements=paired.changed, gained=paired.gained, lost=paired.lost)


def _scores(run: Run, model: Model, dataset: Dataset, batch: int) -> NDArray[Any] | None:
    """Scores (N, classes) of all items."""
    rows = []
    for start in range(0, len(dataset.labels), batch):
        outputs = run({model.inputs[0].name: dataset.batch(start, batch)})
        if outputs is None:
            return None
        scores = numpy.asarray(outputs[0])
        if scores.ndim != 2 or len(scores) != batch:
            raise DatasetError(
                f"The first output of {model.name} has shape {scores.shape}; accuracy needs"
                f" {batch} rows of class scores.",
                "Run it without --dataset.",
            )
        rows.append(scores.copy())  # the session may reuse its buffer
    return numpy.concatenate(rows)[: len(dataset.labels)]


def count(scores: NDArray[Any], dataset: Dataset, expected: NDArray[Any] | None) -> Accuracy:
    """Accuracy of `scores` (N×classes), with differences to `expected` of the same shape."""
    finite = numpy.isfinite(scores).all(axis=1)
    predicted = predictions(scores)
    total = len(dataset.labels)
    accuracy = Accuracy(
        dataset.name,
        correct=int((finite & (predicted == dataset.labels)).sum()),  # a NaN is never right
        total=total,
        not_finite=total - int(finite.sum()),
    )
    if expected is None or expected.shape != scores.shape or not finite.any():
        return accuracy
    return replace(
        accuracy,
        max_abs_diff=distance(scores[finite], expected[finite]).largest,
        disagreements=int((predicted != predictions(expected)).sum()),
    )


def reference(model: Model, dataset: Dataset) -> NDArray[Any] | None:
    """PyTorch's outputs on the test images, saved beside a network that `bench export` wrote."""
    path = Path(model.path).with_suffix(".outputs.npy")
    if dataset.name != "mnist" or "onnx-bench.network" not in model.metadata or not path.is_file():
        return None
    outputs: NDArray[Any] = numpy.load(path, allow_pickle=False)
    return outputs
