"""Counting right answers through the very session that is timed."""

from dataclasses import replace
from pathlib import Path

import numpy

from bench.accuracy.dataset import Dataset
from bench.domain import Accuracy, Model
from bench.errors import DatasetError
from bench.interfaces import Session


def evaluate(session: Session, model: Model, dataset: Dataset, batch: int) -> Accuracy | None:
    """Run every item of `dataset` in calls of `batch` items and count the right answers.

    The last call is filled up with items from the start, whose answers are not counted. Returns
    None for a session that computes nothing. Raises DatasetError when the first output is not a
    row of class scores for each item.
    """
    rows = []
    for start in range(0, len(dataset.labels), batch):
        session.bind({model.inputs[0].name: dataset.batch(start, batch)})()
        outputs = session.outputs()
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
    return count(numpy.concatenate(rows)[: len(dataset.labels)], dataset, reference(model, dataset))


def count(scores: numpy.ndarray, dataset: Dataset, expected: numpy.ndarray | None) -> Accuracy:
    """Accuracy of `scores` (N×classes), with differences to `expected` of the same shape."""
    finite = numpy.isfinite(scores).all(axis=1)
    predicted = scores.argmax(axis=1)
    total = len(dataset.labels)
    accuracy = Accuracy(
        dataset.name,
        correct=int((finite & (predicted == dataset.labels)).sum()),  # a NaN is never right
        total=total,
        not_finite=total - int(finite.sum()),
    )
    if expected is None or expected.shape != scores.shape or not finite.any():
        return accuracy
    difference = numpy.abs(scores[finite].astype(numpy.float64) - expected[finite])
    return replace(
        accuracy,
        max_abs_diff=float(difference.max()),
        disagreements=int((~finite | (predicted != expected.argmax(axis=1))).sum()),
    )


def reference(model: Model, dataset: Dataset) -> numpy.ndarray | None:
    """PyTorch's outputs on the test images, saved beside a network that `bench export` wrote."""
    path = Path(model.path).with_suffix(".outputs.npy")
    if dataset.name != "mnist" or "onnx-bench.network" not in model.metadata or not path.is_file():
        return None
    return numpy.load(path, allow_pickle=False)
