"""Which outputs of a model are answers."""

import numpy
import pytest

from bench.accuracy.outputs import gathered, places
from bench.errors import DatasetError

SCORES = numpy.arange(8, dtype="float32").reshape(4, 2)
CLASSES = numpy.array([1, 0, 1, 1])
COLUMN = SCORES[:, 0]
MAPS = [{"no": float(a), "yes": float(b)} for a, b in SCORES]
BOXES = numpy.zeros((4, 3, 5), "float32")


def read(*outputs, batch=4):
    names = [f"out{index}" for index in range(len(outputs))]
    chosen = places(names, outputs, batch, "m")
    return chosen, gathered([chosen.read(outputs)], batch, batch)


@pytest.mark.parametrize(
    ("outputs", "label", "numbers"),
    [
        ([SCORES], None, SCORES),
        ([SCORES[:, :, None, None]], None, SCORES),
        ([SCORES[:, None, :]], None, SCORES),
        ([COLUMN], None, COLUMN),
        ([COLUMN[:, None]], None, COLUMN),
        ([CLASSES], CLASSES, None),
        ([CLASSES, SCORES], CLASSES, SCORES),  # a classifier of sklearn, without ZipMap
        ([CLASSES, MAPS], CLASSES, SCORES),  # and with it
        ([CLASSES[:, None], COLUMN], CLASSES, None),
        ([BOXES, SCORES], None, SCORES),
        ([SCORES, SCORES], None, SCORES),  # a second classifier that helps in training
        ([SCORES, CLASSES], None, SCORES),
    ],
)
def test_a_class_or_a_row_of_numbers_for_each_item_is_read(outputs, label, numbers):
    _, said = read(*outputs)
    for ours, theirs in ((said.labels, label), (said.numbers, numbers)):
        assert (ours is None) == (theirs is None)
        assert theirs is None or numpy.array_equal(ours, theirs)


def test_an_answer_that_is_not_the_first_output_is_named():
    assert read(BOXES, SCORES)[0].remark == "Answers are read from the output 'out1'."
    assert not read(SCORES)[0].remark


def test_maps_name_their_classes():
    assert read(MAPS)[1].classes.tolist() == ["no", "yes"]


@pytest.mark.parametrize("outputs", [[BOXES], [SCORES[:1]], [numpy.float32(1)], [[SCORES] * 4], []])
def test_what_is_no_answer_is_refused_with_its_shape(outputs):
    with pytest.raises(DatasetError, match="no classes of the 4 items") as caught:
        read(*outputs)
    assert "module:function" in caught.value.hint


def test_scores_of_two_kinds_are_not_guessed_between():
    with pytest.raises(DatasetError, match=r"cannot be told: out0 \[4, 2\], out1 \[4, 3\]"):
        read(SCORES, numpy.zeros((4, 3), "float32"))


def test_calls_are_joined_and_what_fills_the_last_is_left_out():
    chosen = places(["y"], [SCORES], 4, "m")
    said = gathered([chosen.read([SCORES]), chosen.read([SCORES + 1])], 4, 5)
    assert numpy.array_equal(said.numbers, numpy.concatenate([SCORES, SCORES[:1] + 1]))


def test_another_shape_at_a_later_call_is_a_sentence():
    chosen = places(["y"], [SCORES], 4, "m")
    with pytest.raises(DatasetError, match="another shape"):
        gathered([chosen.read([SCORES]), chosen.read([SCORES[:, :1]])], 4, 8)
