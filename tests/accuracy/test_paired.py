"""Predictions of two models on the same items."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.accuracy.paired import pair, predictions, too_much_lost

CLASSES = st.integers(-1, 3)


def arrays(rows):
    return [numpy.array(column, dtype=numpy.int64) for column in zip(*rows, strict=True)]


@given(st.lists(st.tuples(CLASSES, CLASSES, st.integers(0, 3)), min_size=1, max_size=60))
def test_counts_are_those_of_a_plain_loop_and_the_p_value_is_exact(rows):
    found = pair(*arrays(rows))
    gained = sum(first != label == second for first, second, label in rows)
    lost = sum(first == label != second for first, second, label in rows)
    assert (found.total, found.gained, found.lost) == (len(rows), gained, lost)
    assert found.changed == sum(first != second for first, second, _ in rows)
    exact = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert found.p_value == pytest.approx(exact)
    right = [sum(row[column] == row[2] for row in rows) for column in (0, 1)]
    assert found.drop == pytest.approx((right[0] - right[1]) / len(rows))


def test_a_wrong_answer_that_becomes_another_wrong_one_is_changed_alone():
    found = pair(*arrays([(1, 2, 0), (0, 0, 0)]))
    assert (found.changed, found.gained, found.lost, found.p_value) == (1, 0, 0, 1.0)


@pytest.mark.parametrize("shapes", [(3, 3, 4), (3, 4, 3), (0, 0, 0)])
def test_answers_to_other_questions_are_refused(shapes):
    with pytest.raises(ValueError, match="no answers"):
        pair(*(numpy.zeros(size, numpy.int64) for size in shapes))


def test_scores_that_are_not_finite_predict_nothing():
    scores = numpy.array([[0.1, 0.9], [numpy.nan, 0.5], [numpy.inf, 0.0]])
    assert predictions(scores).tolist() == [1, -1, -1]


def test_only_a_larger_drop_is_too_much():
    labels = numpy.zeros(10_000, numpy.int64)
    worse = labels.copy()
    worse[:10] = 1
    found = pair(labels, worse, labels)
    assert too_much_lost(found, 0.001) is None
    sentence = too_much_lost(found, 0.0009)
    assert "10 predictions became wrong and 0 right, of 10000" in sentence
    assert "0.10%, more than the 0.09%" in sentence
    assert too_much_lost(pair(worse, labels, labels), 0.0) is None  # it got better
