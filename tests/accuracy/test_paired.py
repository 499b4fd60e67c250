"""Predictions of two models on the same items."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy.paired import Paired, pair, predictions

CLASSES = st.integers(-1, 3)


def arrays(rows):
    return [numpy.array(column, dtype=numpy.int64) for column in zip(*rows, strict=True)]


@given(st.lists(st.tuples(CLASSES, CLASSES, st.integers(0, 3)), min_size=1, max_size=60))
def test_counts_are_those_of_a_plain_loop(rows):
    assert pair(*arrays(rows)) == Paired(
        changed=sum(first != second for first, second, _ in rows),
        gained=sum(first != label == second for first, second, label in rows),
        lost=sum(first == label != second for first, second, label in rows),
    )


def test_a_wrong_answer_that_becomes_another_wrong_one_is_changed_alone():
    assert pair(*arrays([(1, 2, 0), (0, 0, 0)])) == Paired(changed=1, gained=0, lost=0)


@pytest.mark.parametrize("shapes", [(3, 3, 4), (3, 4, 3), (0, 0, 0)])
def test_answers_to_other_questions_are_refused(shapes):
    with pytest.raises(ValueError, match="cannot answer"):
        pair(*(numpy.zeros(size, numpy.int64) for size in shapes))


def test_scores_that_are_not_finite_predict_nothing():
    scores = numpy.array([[0.1, 0.9], [numpy.nan, 0.5], [numpy.inf, 0.0]])
    assert predictions(scores).tolist() == [1, -1, -1]
