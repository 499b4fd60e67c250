"""Outputs held against expected ones."""

import numpy
import pytest

from bench.accuracy.expected import objection


def judged(ours, theirs):
    return objection(["y"], [ours], {"y": theirs})


NAN = float("nan")
FINE = [
    ([1.0, 0.0], [1.0009, 0.000009]),
    ([NAN, numpy.inf], [NAN, numpy.inf]),
    ([True, False], [True, False]),
    (["a", ""], ["a", ""]),
    ([2**63 - 1], [2**63 - 1]),
    ([], []),
]
OFF = [
    ([1.0], [1.0012], "differs by up to 0.0012 .relative 0.0012. at 1 of 1 places, first at .0."),
    ([0.0, 2e-5], [0.0, 0.0], r"first at \[1\]: 2e-05 instead of 0.0"),
    ([NAN], [1.0], "nan instead of 1.0"),
    ([1.0], [NAN], "1.0 instead of nan"),
    ([numpy.inf], [-numpy.inf], "inf instead of -inf"),
    ([3e38], [numpy.inf], "instead of inf"),
    ([True, False], [True, True], r"at 1 of 2 places, first at \[1\]: False instead of True"),
    (["a"], ["b"], "a instead of b"),
    ([3], [4], "3 instead of 4"),
    ([1.0], [[1.0]], r"has shape \[1\], but \[1, 1\] is expected"),
    ([1.0], [1], "is float64, but int64 is expected"),
]


def array(values):
    made = numpy.array(values)
    return made.astype(object) if made.dtype.kind == "U" else made


@pytest.mark.parametrize(("ours", "theirs"), FINE)
def test_what_is_close_enough_may_stand(ours, theirs):
    assert judged(array(ours), array(theirs)) is None


@pytest.mark.parametrize(("ours", "theirs", "said"), OFF)
def test_what_is_off_is_a_sentence_with_the_first_place(ours, theirs, said):
    sentence = judged(array(ours), array(theirs))
    import re

    assert sentence.startswith("Output 'y' ") and re.search(said, sentence)


def test_sequences_are_compared_item_by_item():
    ones, zeros = numpy.ones(2), numpy.zeros(2)
    assert judged([ones, zeros], [ones, zeros]) is None
    assert "at item 1 differs by up to 1" in judged([ones, zeros], [ones, ones])
    assert "has 1 items, but 2 are expected" in judged([ones], [ones, zeros])
    assert "is a tensor, but a sequence is expected" in judged(ones, [ones])
    assert "is nothing, but a tensor is expected" in judged(None, ones)
    assert judged(None, None) is None


def test_only_expected_outputs_are_looked_at():
    outputs = [numpy.ones(1), numpy.zeros(1)]
    assert objection(["a", "b"], outputs, {"b": numpy.zeros(1)}) is None
    assert objection(["a", "b"], outputs, {"a": numpy.zeros(1)}).startswith("Output 'a'")
    assert objection(["a", "b"], outputs, {"a": numpy.zeros(1)}, absolute=2.0) is None
