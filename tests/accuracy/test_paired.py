"""Answers of two models to the same items."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy.answers import answers
from bench.accuracy.metric import Metric
from bench.accuracy.outputs import Outputs
from bench.accuracy.paired import Paired, gained_and_lost, packed, pair, unpacked

CLASSES = st.integers(-1, 3)


def paired(rows):
    first, second, labels = (numpy.array(column) for column in zip(*rows, strict=True))
    return pair(*(answers(Outputs(labels=said), labels, Metric()) for said in (first, second)))


@given(st.lists(st.tuples(CLASSES, CLASSES, st.integers(0, 3)), min_size=1, max_size=60))
def test_counts_are_those_of_a_plain_loop(rows):
    assert paired(rows) == Paired(
        changed=sum(first != second for first, second, _ in rows),
        gained=sum(first != label == second for first, second, label in rows),
        lost=sum(first == label != second for first, second, label in rows),
    )


def test_a_wrong_answer_that_becomes_another_wrong_one_is_changed_alone():
    assert paired([(1, 2, 0), (0, 0, 0)]) == Paired(changed=1, gained=0, lost=0)


@pytest.mark.parametrize("sizes", [(3, 4), (0, 0)])
def test_answers_to_other_questions_are_refused(sizes):
    with pytest.raises(ValueError, match="do not answer the same"):
        gained_and_lost(*(numpy.zeros(size, bool) for size in sizes))


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_what_is_packed_for_a_report_comes_back(truths):
    assert unpacked(packed(numpy.array(truths)), len(truths)).tolist() == truths


@pytest.mark.parametrize(("text", "count"), [("AA==", 9), ("AA==", 0), ("A", 8), ("ä", 8)])
def test_a_text_of_another_length_is_refused(text, count):
    with pytest.raises(ValueError, match=r"."):
        unpacked(text, count)
