"""Which answers are right, by each metric."""

import numpy
import pytest

from bench.accuracy import labels as on_labels
from bench.accuracy.answers import answers
from bench.accuracy.metric import parse
from bench.accuracy.outputs import Outputs
from bench.errors import DatasetError

LABELS = numpy.array([1, 0, 1, 0])
PROBABILITIES = numpy.array([0.9, 0.2, 0.4, 0.6])
LOGITS = numpy.log(PROBABILITIES / (1 - PROBABILITIES))
TWO = numpy.stack([1 - PROBABILITIES, PROBABILITIES], axis=1)
TEN = numpy.eye(10)[[3, 3, 3, 3]] + numpy.linspace(0, 0.9, 10)


def right(numbers, labels=LABELS, metric="", **said):
    return answers(Outputs(numbers=numbers, **said), labels, parse(metric)).right.tolist()


@pytest.mark.parametrize("numbers", [PROBABILITIES, LOGITS, TWO])
def test_one_number_an_item_means_a_class_by_a_threshold(numbers):
    assert right(numbers) == [True, True, False, False]


@pytest.mark.parametrize("metric", ["binary", "threshold=0.5"])
def test_what_suits_can_be_asked_for(metric):
    assert right(PROBABILITIES, metric=metric) == right(PROBABILITIES)


@pytest.mark.parametrize("numbers", [PROBABILITIES, TWO])
def test_another_threshold_is_taken_of_one_number_and_of_two(numbers):
    assert right(numbers, metric="threshold=0.3") == [True, True, True, False]


def test_what_numbers_are_taken_for_is_told():
    taken = [answers(Outputs(numbers=each), LABELS, parse("")) for each in (PROBABILITIES, LOGITS)]
    assert [each.metric for each in taken] == ["threshold=0.5", "threshold=0"]
    assert "probabilities" in taken[0].remark
    assert "logits" in taken[1].remark


def test_five_classes_may_be_named_and_ties_go_to_the_first():
    scores = numpy.zeros((2, 6))
    assert right(scores, numpy.array([4, 5]), "top5") == [True, False]
    assert right(TEN, numpy.array([3, 9, 6, 5]), "top5") == [True, True, True, False]


def test_a_class_that_the_model_names_counts_and_not_its_largest_score():
    assert right(TWO[::-1], labels=LABELS) != [True] * 4
    assert answers(Outputs(LABELS, TWO[::-1]), LABELS, parse("")).right.all()


def test_texts_are_classes_too():
    texts = numpy.array(["no", "yes", "yes", "no"])
    assert answers(Outputs(texts.astype(object)), texts, parse("")).right.all()
    called = numpy.array(["no", "yes"])
    assert right(TWO, called[LABELS], classes=called) == [True, True, False, False]


def test_a_number_that_is_not_finite_is_never_right():
    numbers = numpy.array([numpy.nan, 0.2, 0.9, numpy.inf])
    judged = answers(Outputs(numbers=numbers), LABELS, parse(""))
    assert (judged.right.tolist(), judged.metric) == ([False, True, True, False], "threshold=0.5")
    assert judged.different() == 2


@pytest.mark.parametrize(
    ("said", "labels", "metric", "expected"),
    [
        (Outputs(numbers=PROBABILITIES), numpy.arange(4), "", "more than two classes"),
        (Outputs(numbers=PROBABILITIES), LABELS, "top1", "one number an item"),
        (Outputs(numbers=TEN), LABELS, "threshold=0.5", "of two classes; these are of 10"),
        (Outputs(numbers=TEN), LABELS, "binary", "binary needs one number"),
        (Outputs(numbers=TWO), LABELS, "top5", "more than 5 classes"),
        (Outputs(LABELS), LABELS, "top5", "more than 5 classes"),
        (Outputs(LABELS), LABELS, "threshold=0.5", "the model names classes"),
        (Outputs(numbers=TWO), numpy.array(list("abcd")), "", "the labels are texts"),
        (Outputs(numpy.array(list("abcd"))), LABELS, "", "The model answers with texts"),
    ],
)
def test_a_metric_that_does_not_suit_is_refused(said, labels, metric, expected):
    with pytest.raises(DatasetError, match=expected) as caught:
        answers(said, labels, parse(metric))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("predicted", "labels", "expected"),
    [
        ([0, 1, 2, 1], [0, 1, 2, 2], ""),
        ([0, 1, 2, 1], [1, 2, 3, 2], "With labels that are 1 lower, 4 of 4 answers would be right"),
        ([1, 2, 2, 1], [0, 1, 1, 0], "With labels that are 1 higher, 4 of 4"),
        ([0, 1, 2, 1], [0, 1, -1, 1], "Labels go down to -1, which the model never answers."),
        ([0, 1, 2, 1], [0, 1, 2, 9], "Labels go up to 9, and the model's classes from 0 to 2."),
        ([-1, 1, 1, -1], [-1, 1, 1, -1], ""),  # an outlier detector's own classes
    ],
)
def test_labels_that_cannot_be_answered_are_told(predicted, labels, expected):
    odd = on_labels.remark(numpy.array(predicted), numpy.array(labels), numpy.ones(4, bool), 3)
    assert odd == expected if not expected else odd.startswith(expected)
