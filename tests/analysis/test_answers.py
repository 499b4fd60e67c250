"""Right answers of two rows are tested against each other."""

from dataclasses import replace

import numpy
import pytest
import reports

from bench.accuracy.paired import packed
from bench.analysis.answers import Answered, answered
from bench.analysis.summary import summarise
from bench.views.answers import answers

RIGHT = numpy.array([True] * 8 + [False] * 4)


def counted(right, **fields):
    return reports.accuracy(int(right.sum()), len(right), right=packed(right), **fields)


BASELINE, CANDIDATE = counted(RIGHT), counted(~RIGHT)


def test_items_that_one_of_them_gets_right_are_counted():
    assert answered(BASELINE, BASELINE) == Answered(0, 0, 1.0)
    tested = answered(BASELINE, CANDIDATE)
    assert (tested.gained, tested.lost) == (4, 8)
    assert tested.p_value == pytest.approx(2 * sum((1, 12, 66, 220, 495)) / 2**12)


@pytest.mark.parametrize(
    "other",
    [
        None,
        replace(CANDIDATE, right=""),  # of an earlier release
        replace(CANDIDATE, dataset="other.npz"),
        counted(RIGHT[:11]),
    ],
)
def test_other_items_are_not_tested(other):
    assert answered(BASELINE, other) is None
    assert answered(other, BASELINE) is None


def test_any_two_rows_are_told_once_for_all_batches():
    outcomes = [
        reports.measured(reports.case(name, batch=batch), counts=counts)
        for batch in (1, 8)
        for name, counts in (("avg", BASELINE), ("max", CANDIDATE))
    ]
    (said,) = answers(summarise(reports.report(*outcomes)))
    assert said == (
        "max gets 4 answers right that avg gets wrong, and 8 the other way round"
        " (McNemar's exact p = 0.39)."
    )
