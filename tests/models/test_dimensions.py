"""Sizes of dynamic dimensions: given, by default, and as sentences."""

import pytest

from bench.domain import Model, Tensor
from bench.errors import ModelError
from bench.models.feed.dimensions import bound, chosen, sizes


def model(*shapes):
    inputs = tuple(Tensor(f"x{at}", "float32", shape) for at, shape in enumerate(shapes))
    return Model("m", "m.onnx", inputs=inputs)


@pytest.mark.parametrize(
    ("shapes", "dims", "expected"),
    [
        ([("n", "seq")], {}, {"n": 5, "seq": 1}),
        ([("n", "seq")], {"seq": 7}, {"n": 5, "seq": 7}),
        ([("n", "seq")], {"n": 3, "seq": 0}, {"n": 3, "seq": 0}),
        ([("n", 3, "h", "w")], {"w": 64}, {"n": 5, "h": 224, "w": 64}),
        ([("n", "h", "w", 3)], {}, {"n": 5, "h": 224, "w": 224}),
        ([("n", 8, "h", "w")], {}, {"n": 5, "h": 1, "w": 1}),
        ([("n", "past"), ("n", "past + 1")], {"past": 0}, {"n": 5, "past": 0, "past + 1": 1}),
        ([(2, "n"), ("n", 3)], {}, {"n": 5}),
    ],
)
def test_sizes(shapes, dims, expected):
    assert sizes(model(*shapes), 5, dims) == expected


def test_the_total_of_a_decoder_is_its_past_and_its_present():
    names = ("n", "sequence_length", "past_sequence_length", "total_sequence_length")
    known = sizes(model(names), 1, {"past_sequence_length": 6, "sequence_length": 2})
    assert known["total_sequence_length"] == 8


@pytest.mark.parametrize(
    ("shape", "hint"), [(("n", "seq"), "It has: n, seq."), ((2, 3), "All of its dimensions")]
)
def test_an_unknown_name_is_a_sentence_that_lists_the_known_ones(shape, hint):
    with pytest.raises(ModelError, match="no dynamic dimension called 'length'") as caught:
        sizes(model(shape), 1, {"length": 2})
    assert hint in caught.value.hint


def test_a_negative_size_is_a_sentence():
    with pytest.raises(ModelError, match="'seq' cannot be -1"):
        sizes(model(("n", "seq")), 1, {"seq": -1})


def test_what_nobody_gave_is_said_with_how_to_change_it():
    assert chosen(model(("n", "seq", "past + 1")), 4, {}) == [
        "seq = 1 (choose with --dim seq=N)",
        "past + 1 = 1 (choose with --dim 'past + 1'=N)",
    ]
    assert chosen(model(("n", "seq")), 4, {"seq": 9}) == []


def test_given_arrays_bind_dimensions_and_must_agree():
    two = model(("n", "seq"), ("n", 4))
    assert bound(two, {"x0": (2, 7)}) == {"n": 2, "seq": 7}
    with pytest.raises(ModelError, match=r"'n' of m is 2 .* and 3 in 'x1'"):
        bound(two, {"x0": (2, 7), "x1": (3, 4)})
