"""From what a model says of each item to its answers, and which of them are right."""

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from bench.accuracy.metric import Metric
from bench.accuracy.outputs import Array, Outputs
from bench.errors import DatasetError

TOP = 5
PROBABILITY, LOGIT = 0.5, 0.0  # above which a number alone means class 1


@dataclass(frozen=True, slots=True)
class Answers:
    """Of N items the predicted class, whether it is right, and whether all scores are finite.

    `metric` is how right answers were counted, and `remark` the sentence what was taken for what.
    A function of the user's own says what is right and predicts nothing.
    """

    predicted: Array
    right: NDArray[numpy.bool_]
    finite: NDArray[numpy.bool_]
    metric: str
    remark: str = ""

    def different(self) -> int | None:
        """How many different answers there are; None where none is known or finite."""
        if self.predicted is self.right or not self.finite.any():
            return None
        return len(numpy.unique(self.predicted[self.finite]))


def answers(said: Outputs, labels: Array, metric: Metric) -> Answers:
    """Judge what a model `said` of items with these `labels` (N); a NaN is never right.

    Raises DatasetError where the metric does not suit what the model says, or the labels do not.
    """
    if labels.ndim != 1 or labels.dtype.kind == "f":
        raise DatasetError(
            f"The labels are {labels.dtype} of shape {list(labels.shape)}: targets, not classes.",
            "Hold numbers against them with --metric regression, or give whole numbers.",
        )
    finite = said.finite(len(labels))
    numbers = said.numbers
    if metric.name == "top5":
        return _top5(said, labels, finite)
    if said.labels is not None and metric.threshold is None:
        return _judged(said.labels, labels, finite, "top1")
    if numbers is None:
        raise DatasetError(
            f"--metric {metric.name} needs a score for each item, and the model names classes.",
            "Leave --metric out.",
        )
    pairs = metric.name == "binary" and numbers.shape[1:] == (2,)
    if pairs or (numbers.ndim == 2 and metric.name in ("", "top1")):
        columns = numbers.argmax(axis=1)
        return _judged(_called(columns, said), labels, finite, "top1")
    return _by_threshold(numbers, labels, finite, metric)


def _by_threshold(
    numbers: Array, labels: Array, finite: NDArray[numpy.bool_], metric: Metric
) -> Answers:
    """One number for each item: above the threshold means class 1; of two scores, the second."""
    if numbers.ndim == 2:
        if numbers.shape[1] != 2:
            raise DatasetError(
                f"--metric {metric.name} needs one number for each item, or scores of two classes;"
                f" these are of {numbers.shape[1]}.",
                "Use --metric top1.",
            )
        numbers = numbers[:, 1]
    if metric.name == "top1":
        raise DatasetError(
            "--metric top1 needs scores of each class, and the model gives one number an item.",
            "Use --metric binary.",
        )
    if not metric.name and len(numpy.unique(labels)) > 2:
        raise DatasetError(
            "The model gives one number an item, and the labels are of more than two classes.",
            "Say what is right with --metric module:function.",
        )
    threshold, remark = metric.threshold, ""
    if threshold is None:
        threshold, remark = _usual_threshold(numbers[finite])
    predicted = (numbers.astype(numpy.float64) > threshold).astype(numpy.int64)
    return _judged(predicted, labels, finite, f"threshold={threshold:g}", remark)


def _usual_threshold(numbers: Array) -> tuple[float, str]:
    if len(numbers) and (numbers >= 0).all() and (numbers <= 1).all():
        return PROBABILITY, (
            "Its numbers from 0 to 1 are taken for probabilities: above 0.5 means class 1"
            " (--metric threshold=… sets another)."
        )
    return LOGIT, (
        "Its numbers beyond 0 to 1 are taken for logits: above 0 means class 1"
        " (--metric threshold=… sets another)."
    )


def _top5(said: Outputs, labels: Array, finite: NDArray[numpy.bool_]) -> Answers:
    if said.numbers is None or said.numbers.ndim != 2 or said.numbers.shape[1] <= TOP:
        raise DatasetError(
            f"--metric top5 needs scores of more than {TOP} classes.", "Use --metric top1."
        )
    # A stable order: of equal scores the first counts as the larger one, as with argmax.
    order = numpy.argsort(-said.numbers.astype(numpy.float64), axis=1, kind="stable")[:, :TOP]
    named = _called(order, said)
    _check_texts(named, labels)
    right = finite & (named == labels[:, None]).any(axis=1)
    return Answers(_where(finite, named[:, 0]), right, finite, "top5")


def _judged(
    predicted: Array,
    labels: Array,
    finite: NDArray[numpy.bool_],
    metric: str,
    remark: str = "",
) -> Answers:
    _check_texts(predicted, labels)
    if predicted.dtype.kind == "O":
        predicted = predicted.astype(str)
    right = finite & (predicted == labels)
    return Answers(_where(finite, predicted), right, finite, metric, remark)


def _where(finite: NDArray[numpy.bool_], predicted: Array) -> Array:
    """What is predicted, and nothing where a score is not finite."""
    if finite.all():
        return predicted
    nothing = "" if predicted.dtype.kind == "U" else -1
    return numpy.where(finite, predicted, nothing)


def _called(columns: Array, said: Outputs) -> Array:
    return columns if said.classes is None else said.classes[columns]


def _check_texts(predicted: Array, labels: Array) -> None:
    """Raise DatasetError where just one of the two is texts: nothing could be right."""
    texts = [each.dtype.kind in "OSU" for each in (predicted, labels)]
    if texts[0] != texts[1]:
        words = ["texts" if text else "class numbers" for text in texts]
        raise DatasetError(
            f"The model answers with {words[0]}, and the labels are {words[1]}.",
            "Give labels as the model names its classes.",
        )
