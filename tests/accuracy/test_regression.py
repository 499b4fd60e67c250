"""Numbers held against targets: R², errors, and what a gate says of them."""

from base64 import b64encode
from dataclasses import asdict

import numpy
import pytest

from bench.accuracy import gate, regression
from bench.accuracy.paired import unpacked_numbers
from bench.errors import DatasetError
from bench.models.feed.dataset import Dataset
from bench.records import kinds
from bench.records.accuracies import decode_accuracy
from bench.statistics.r_squared import r_squared_interval
from bench.views.wording import share

WANTED = numpy.array([1.0, 2.0, 3.0, 6.0])
OFF = numpy.array([0.5, 0.0, -0.5, 0.0])


def data(labels):
    return Dataset("d.npz", None, numpy.asarray(labels), prepare=numpy.copy)


def test_r_squared_and_errors_are_those_of_the_textbook():
    counted = regression.judged(WANTED + OFF, data(WANTED))
    assert (counted.correct, counted.total, counted.metric) == (None, 4, "regression")
    errors = counted.errors
    assert errors.mean == pytest.approx(0.25)
    assert errors.root_mean_square == pytest.approx(numpy.sqrt(0.125))
    assert errors.r2 == pytest.approx(1 - 0.5 / ((WANTED - 3) ** 2).sum())
    assert unpacked_numbers(errors.squares).tolist() == [0.25, 0.0, 0.25, 0.0]
    assert errors.original is counted.disagreements is None


def test_of_several_targets_each_weighs_by_its_variance():
    wanted = numpy.stack([WANTED, 10 * WANTED], axis=1)
    far = wanted + numpy.array([0.5, 5.0])
    assert regression.judged(far, data(wanted)).errors.r2 == pytest.approx(1 - 0.25 / 3.5)


def test_numbers_that_are_not_finite_are_counted_and_left_out():
    counted = regression.judged(WANTED + numpy.array([0, numpy.nan, 0.5, 0]), data(WANTED))
    assert counted.not_finite == 1
    assert counted.errors.mean == pytest.approx(0.5 / 3)
    assert "not finite" in gate.objection(counted)
    assert regression.judged(WANTED * numpy.nan, data(WANTED)).errors is None


def test_what_is_worse_than_the_mean_of_the_targets_is_read_again():
    counted = regression.judged(WANTED, data(WANTED), WANTED + 1e25)
    assert counted.errors.original_r2 < 0
    assert decode_accuracy(asdict(kinds.check(counted))) == counted
    far = regression.judged(WANTED + 1e25, data(WANTED))
    assert decode_accuracy(asdict(kinds.check(far))) == far


@pytest.mark.parametrize("labels", [[1e200, 2e200, 3.0], [1e-200, 2e-200, 0.0], [1e120, 0.0, 1.0]])
def test_targets_without_a_variance_are_refused(labels):
    with pytest.raises(DatasetError, match="too large or too near each other"):
        regression.judged(numpy.zeros(3), data(labels))


@pytest.mark.parametrize("scale", [1e-50, 1.0, 1e90])
@pytest.mark.parametrize("far", [1e-300, 1e99, 1e101, 1e308, numpy.inf])
def test_numbers_of_any_size_have_figures_that_can_be_shown_and_read_again(scale, far):
    """What is further off than squares can tell counts as not finite."""
    ours = numpy.array([far, *WANTED[1:] * scale])
    counted = regression.judged(ours, data(WANTED * scale), ours)
    assert counted.not_finite == (far > 1e100)
    assert decode_accuracy(asdict(kinds.check(counted))) == counted
    low, high = r_squared_interval(
        unpacked_numbers(counted.errors.squares), counted.errors.variance
    )
    for value in (low, high, counted.errors.r2, counted.errors.original_r2 or 0):
        assert share(value).endswith(" %")
        assert len(share(value)) < 12


@pytest.mark.parametrize("squares", [[numpy.nan, 1.0], [-1.0, 1.0], [numpy.inf, 1.0], [1.0]])
def test_squares_that_cannot_be_are_refused(squares):
    fields = asdict(regression.judged(WANTED + OFF, data(WANTED)))
    packed = b64encode(numpy.array(squares, "<f4").tobytes()).decode()
    with pytest.raises(ValueError, match="cannot be"):
        decode_accuracy({**fields, "errors": {**fields["errors"], "squares": packed}})


def test_a_variant_is_held_against_its_original():
    counted = regression.judged(WANTED + OFF, data(WANTED), WANTED)
    assert (counted.errors.original, counted.errors.original_r2) == (0.0, 1.0)
    assert (counted.disagreements, counted.max_abs_diff) == (2, 0.5)
    assert "2 of 4 predictions differ" in gate.objection(counted, "opt")
    assert gate.objection(counted, "int8") is None
    assert gate.objection(counted, "int8", most_drop=0.05) is None
    said = gate.objection(counted, "int8", most_drop=0.03)
    assert said.startswith("Its R² is 0.9643 and its original's 1.0000: it fell by 3.57 %")


def test_a_variant_that_says_the_same_of_all_items_closes_the_gate():
    counted = regression.judged(numpy.full(4, 3.0), data(WANTED), WANTED)
    assert counted.constant
    assert "the same for every item" in gate.objection(counted, "int8")
    assert not regression.judged(WANTED, data(WANTED), numpy.full(4, 3.0)).constant


@pytest.mark.parametrize("labels", [["a", "b"], [1.0, numpy.nan], [2.0, 2.0], [1.0]])
def test_targets_that_tell_nothing_are_a_sentence(labels):
    with pytest.raises(DatasetError, match=r"d\.npz") as caught:
        regression.judged(numpy.zeros(len(labels)), data(labels))
    assert caught.value.hint


def test_the_output_of_the_targets_shape_is_read():
    names, items = ["box", "score"], data(WANTED)
    calls = [[numpy.zeros((3, 4)), numpy.full((3, 1), call)] for call in range(2)]
    read = regression.predicted(calls, names, 3, items, "m.onnx")
    assert read.tolist() == [0, 0, 0, 1]
    assert regression.predicted([], names, 3, items, "m.onnx") is None
    with pytest.raises(DatasetError, match=r"No output of m.onnx has a number .* box \[3, 4\]"):
        regression.predicted([[numpy.zeros((3, 4))]], names[:1], 3, items, "m.onnx")


def test_a_reference_that_is_not_finite_is_none():
    counted = regression.judged(WANTED, data(WANTED), WANTED * numpy.array([1, 1, 1, numpy.inf]))
    assert counted.errors.original is None
