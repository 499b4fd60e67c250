"""Counting right answers."""

from dataclasses import replace

import numpy
import onnx_models
import pytest

from bench.accuracy import evaluate as counting
from bench.accuracy.answers import answers
from bench.accuracy.evaluate import Judged, evaluate, reference
from bench.accuracy.gate import objection, off_by
from bench.accuracy.metric import parse
from bench.accuracy.outputs import Outputs
from bench.accuracy.paired import unpacked
from bench.domain import Accuracy, Model, Tensor
from bench.models.feed.dataset import Dataset

LABELS = numpy.array([2, 0, 1, 1, 2, 0, 1])
SCORES = numpy.eye(3, dtype="float32")[LABELS]
# The inputs are the right scores: an echo is always right.
DATA = Dataset("d", SCORES, LABELS, prepare=numpy.copy)
MODEL = Model(
    "m",
    "m.onnx",
    inputs=(Tensor("x", "float32", ("n", 3)),),
    outputs=(Tensor("y", "float32", ("n", 3)),),
)


def count(scores, data, expected):
    said = Outputs(numbers=scores)
    judged = Judged(
        said,
        answers(said, data.labels, parse("")),
        lambda other: answers(other, data.labels, parse("")),
    )
    return counting.count(judged, data, None if expected is None else Outputs(numbers=expected))


class Echo:
    """Returns its input from one buffer that it reuses, as a bound session may."""

    def __init__(self, change=lambda scores, call: scores, name="x"):
        self.sizes = []
        self._change, self._name = change, name
        self._buffer = None

    def bind(self, inputs):
        def call():
            self.sizes.append(len(inputs[self._name]))
            scores = self._change(inputs[self._name].copy(), len(self.sizes))
            if self._buffer is None or self._buffer.shape != scores.shape:
                self._buffer = numpy.empty_like(scores)
            self._buffer[...] = scores

        return call

    def outputs(self):
        return (self._buffer,)


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 7, 8, 20])
def test_every_item_is_counted_once_whatever_the_batch(batch):
    session = Echo()
    counted = evaluate(session, MODEL, DATA, batch)
    assert (counted.correct, counted.total, counted.not_finite) == (7, 7, 0)
    assert set(session.sizes) == {batch}
    assert len(session.sizes) == -(-7 // batch)


def test_answers_of_the_filling_are_not_counted():
    def wrong_after_the_last_item(scores, call):
        if call == 2:  # items 4, 5, 6 and then item 0 again
            scores[3] = numpy.nan
        return scores

    counted = evaluate(Echo(wrong_after_the_last_item), MODEL, DATA, 4)
    assert (counted.correct, counted.not_finite) == (7, 0)


def test_wrong_answers_are_counted_where_they_are():
    def wrong_first_of_call(scores, call):
        scores[0] = numpy.roll(scores[0], 1)
        return scores

    assert evaluate(Echo(wrong_first_of_call), MODEL, DATA, 2).correct == 7 - 4


def test_a_session_that_computes_nothing_has_no_accuracy():
    session = Echo()
    session.outputs = lambda: None
    assert evaluate(session, MODEL, DATA, 2) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda scores, call: scores[:1],
        lambda scores, call: numpy.stack([scores, scores], axis=-1),
    ],
)
def test_outputs_that_are_no_class_scores_are_a_sentence(change):
    with pytest.raises(Exception, match="no classes of the 2 items") as caught:
        evaluate(Echo(change), MODEL, DATA, 2)
    assert "without --dataset" in caught.value.hint


def test_scores_of_more_range_than_float32_are_finite():
    huge = Echo(lambda scores, call: scores.astype("float64") * 1e300)
    assert evaluate(huge, MODEL, DATA, 7).correct == 7


@pytest.mark.parametrize("bad", [numpy.nan, numpy.inf, -numpy.inf])
def test_a_score_that_is_not_finite_is_counted_and_never_right(bad):
    scores = SCORES.copy()
    scores[0, 2] = bad
    counted = count(scores, DATA, SCORES)
    assert (counted.correct, counted.not_finite, counted.disagreements) == (6, 1, 1)
    assert counted.max_abs_diff == 0


def test_a_label_below_zero_makes_no_nan_right():
    data = replace(DATA, labels=numpy.full(7, -1))
    assert count(numpy.full_like(SCORES, numpy.nan), data, None).correct == 0


def test_only_nan_has_no_difference():
    counted = count(numpy.full_like(SCORES, numpy.nan), DATA, SCORES)
    assert (counted.correct, counted.not_finite, counted.max_abs_diff) == (0, 7, None)


def test_differences_and_disagreements_are_to_the_expected_scores():
    expected = SCORES.copy()
    expected[1] = [0.4, 0.5, 0.0]
    counted = count(SCORES, DATA, expected)
    assert counted.max_abs_diff == pytest.approx(0.6)
    assert counted.disagreements == 1


@pytest.mark.parametrize("expected", [None, SCORES[:3], SCORES[:, :2]])
def test_without_expected_scores_of_the_same_shape_nothing_is_compared(expected):
    counted = count(SCORES, DATA, expected)
    assert (counted.max_abs_diff, counted.disagreements) == (None, None)


def test_the_reference_stands_beside_an_exported_network(tmp_path):
    numpy.save(tmp_path / "net.outputs.npy", SCORES)
    path = str(tmp_path / "net.onnx")
    exported = Model("net", path, metadata={"onnx-bench.network": "avg"})
    mnist = replace(DATA, name="mnist")
    assert numpy.array_equal(reference(exported, mnist).numbers, SCORES)
    part = replace(mnist, places=numpy.array([1]))
    assert numpy.array_equal(reference(exported, part).numbers, SCORES[[1]])
    assert reference(exported, DATA) is None
    assert reference(Model("net", path), mnist) is None
    (tmp_path / "net.outputs.npy").unlink()
    assert reference(exported, mnist) is None


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, None),
        ({"disagreements": 10}, None),
        ({"disagreements": 11}, "11 of 10000 predictions differ from PyTorch's."),
        ({"not_finite": 1}, "1 of 10000 outputs are not finite."),
        ({"max_abs_diff": 1e9}, None),  # the classes are what counts
    ],
)
def test_outputs_are_objected_to_above_a_thousandth_of_disagreements(counts, expected):
    said = objection(Accuracy("mnist", 9_000, 10_000, **counts))
    assert said == expected if expected is None else said.startswith(expected)


@pytest.mark.parametrize(
    ("variant", "counts", "most", "expected"),
    [
        ("int8", {"disagreements": 500}, None, None),  # rounding may change answers
        ("opt", {"disagreements": 11}, None, "11 of 10000 predictions differ from the original's"),
        ("opt-fp16", {"disagreements": 11}, None, None),
        ("int8", {"not_finite": 1}, None, "1 of 10000 outputs are not finite"),
        ("int8", {"lost": 10, "gained": 0}, 0.001, None),
        ("int8", {"lost": 12, "gained": 2}, 0.001, None),
        ("int8", {"lost": 0, "gained": 50}, 0.0001, None),  # it got better
        ("int8", {"lost": 11, "gained": 0}, 0.001, "11 predictions became wrong and 0 right, of"),
        ("opt", {"lost": 9, "gained": 0}, 0.0005, "9 predictions became wrong"),
        ("", {}, 0.001, None),
        ("int8", {"constant": True, "lost": 0, "gained": 0}, None, "It answers the same for every"),
    ],
)
def test_a_variant_may_lose_what_is_allowed(variant, counts, most, expected):
    said = objection(Accuracy("mnist", 9_000, 10_000, **counts), variant, most)
    assert said == expected if expected is None else said.startswith(expected)


def test_a_variant_is_held_against_its_original_on_the_same_items(tmp_path):
    pytest.importorskip("onnxruntime")
    path = onnx_models.linear(tmp_path / "m.onnx", features=3, classes=3)
    expected = onnx_models.linear_reference(SCORES, classes=3)
    data = replace(DATA, labels=expected.argmax(axis=1))

    def first_is_wrong(scores, call):
        answers = onnx_models.linear_reference(scores, classes=3)
        if call == 1:
            answers[0] = numpy.roll(answers[0], 1)
        return answers

    counted = evaluate(Echo(first_is_wrong), MODEL, data, 3, str(path))
    assert (counted.correct, counted.disagreements, counted.gained, counted.lost) == (6, 1, 0, 1)
    assert counted.max_abs_diff > 0.01


@pytest.mark.parametrize(("correct", "off"), [(99, False), (100, False), (101, False), (98, True)])
def test_a_count_may_be_off_by_one_item(correct, off):
    said = off_by(Accuracy("mnist", correct, 200), promised=100)
    assert bool(said) is off
    if said:
        assert "98 of 200 right; the manifest promises 100" in said


@pytest.mark.parametrize(
    ("items", "factor", "answered", "constant"),
    [(SCORES, 0, 1, True), (SCORES, 1, 3, False), (SCORES * 0, 1, 1, False)],
)
def test_a_variant_alone_that_answers_the_same_for_everything_is_told(
    tmp_path, items, factor, answered, constant
):
    pytest.importorskip("onnxruntime")
    original = str(onnx_models.one_operator(tmp_path / "m.onnx", "Relu", shape=("n", 3)))
    data = replace(DATA, items=items)
    model = replace(MODEL, inputs=(replace(MODEL.inputs[0], name="x0"),))
    session = Echo(lambda scores, call: scores * factor, "x0")
    counted = evaluate(session, model, data, 3, original)
    assert (counted.answers, counted.constant) == (answered, constant)


def test_which_items_are_right_is_kept_for_other_rows():
    wrong = Echo(lambda scores, call: numpy.roll(scores, 1, axis=1) if call == 1 else scores)
    counted = evaluate(wrong, MODEL, DATA, 3)
    assert unpacked(counted.right, 7).tolist() == [False] * 3 + [True] * 4
