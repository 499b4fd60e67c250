"""Counting right answers through the very session that is timed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy

from bench.accuracy.paired import pair, predictions
from bench.domain import Accuracy, Model
from bench.errors import DatasetError
from bench.interfaces import Session
from bench.models.feed.dataset import Dataset

Run = Callable[[dict[str, numpy.ndarray]], Sequence[numpy.ndarray] | None]


def evaluate(
    session: Session, model: Model, dataset: Dataset, batch: int, original: str | None = None
) -> Accuracy | None:
    """Run every item of `dataset` in calls of `batch` items and count the right answers.

    The last call is filled up with items from the start, whose answers are not counted. With the
    path of an `original`, answers are held against its own, on onnxruntime's CPU provider. Returns
    None for a session that computes nothing. Raises DatasetError when the first output is not a
    row of class scores for each item.
    """

    def run(inputs: dict[str, numpy.ndarray]) -> Sequence[numpy.ndarray] | None:
        session.bind(inputs)()
        return session.outputs()

    scores = _scores(run, model, dataset, batch)
    if scores is None:
        return None
    if original is None:
        return count(scores, dataset, reference(model, dataset))
    expected = _scores(_plain_session(original), model, dataset, batch)
    assert expected is not None
    paired = pair(predictions(expected), predictions(scores), dataset.labels)
    counted = count(scores, dataset, expected)
    return replace(counted, disagreements=paired.changed, gained=paired.gained, lost=paired.lost)


def _scores(run: Run, model: Model, dataset: Dataset, batch: int) -> numpy.ndarray | None:
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


def _plain_session(path: str) -> Run:
    """Calls of the file at `path` on onnxruntime's CPU provider."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, inputs)


def count(scores: numpy.ndarray, dataset: Dataset, expected: numpy.ndarray | None) -> Accuracy:
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
    difference = numpy.abs(scores[finite].astype(numpy.float64) - expected[finite])
    return replace(
        accuracy,
        max_abs_diff=float(difference.max()),
        disagreements=int((predicted != expected.argmax(axis=1)).sum()),
    )


def reference(model: Model, dataset: Dataset) -> numpy.ndarray | None:
    """PyTorch's outputs on the test images, saved beside a network that `bench export` wrote."""
    path = Path(model.path).with_suffix(".outputs.npy")
    if dataset.name != "mnist" or "onnx-bench.network" not in model.metadata or not path.is_file():
        return None
    return numpy.load(path, allow_pickle=False)
