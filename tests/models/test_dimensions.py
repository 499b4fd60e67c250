"""Sizes of dynamic dimensions: given, by default, and as sentences."""

import pytest

from bench.domain import Model, Tensor
from bench.errors import ModelError, UsageError
from bench.models.feed.dimensions import bound, chosen, open_sizes, sizes


def model(*shapes):
    inputs = tuple(Tensor(f"x{at}", "float32", shape) for at, shape in enumerate(shapes))
    return Model("m", "m.onnx", inputs=inputs)


@pytest.mark.parametrize(
    ("shapes", "dims", "expected"),
    [
        ([("n", "seq")], {}, {"n": 5, "seq": 128}),
        ([("n", "seq")], {"seq": 7}, {"n": 5, "seq": 7}),
        ([("n", "seq")], {"n": 3, "seq": 0}, {"n": 3, "seq": 0}),
        ([("n", 3, "h", "w")], {"w": 64}, {"n": 5, "h": 224, "w": 64}),
        ([("n", "h", "w", 3)], {}, {"n": 5, "h": 224, "w": 224}),
        ([("n", 3, "?", "w")], {}, {"n": 5, "?": 224, "w": 224}),
        ([("n", 8, "x", "y")], {}, {"n": 5, "x": 16, "y": 16}),
        ([(3, "h", "w")], {}, {"h": 224, "w": 224}),
        ([("n", "28")], {}, {"n": 5, "28": 28}),
        ([("n", "9" * 5000)], {}, {"n": 5, "9" * 5000: 16}),  # which Python reads as no number
        ([("n", "n + " + "9" * 5000)], {}, {"n": 5, "n + " + "9" * 5000: 16}),
        ([("n", "past"), ("n", "past + 1")], {"past": 0}, {"n": 5, "past": 0, "past + 1": 1}),
        (
            [("n", "decoder_length"), ("n", "encoder_length", 16), ("n", 4, "past", 8)],
            {},
            {"n": 5, "decoder_length": 1, "encoder_length": 128, "past": 128},
        ),
        ([(2, "n"), ("n", 3)], {}, {"n": 16}),
        ([("nodes", 8), (2, "edges")], {}, {"nodes": 32, "edges": 64}),
        (
            [("n", "seq"), ("n", 4, "past", 8), ("n", "past + seq")],
            {},
            {"n": 5, "seq": 1, "past": 128, "past + seq": 129},
        ),
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
    with pytest.raises(UsageError, match="no dynamic dimension called 'length'") as caught:
        sizes(model(shape), 1, {"length": 2})
    assert hint in caught.value.hint


def test_a_negative_size_is_a_sentence():
    with pytest.raises(UsageError, match="'seq' cannot be -1"):
        sizes(model(("n", "seq")), 1, {"seq": -1})


def test_what_nobody_gave_is_one_sentence_with_how_to_change_it():
    names = {"n": 4, "seq": 512, "side": 48, "past + 1": 2}
    origins = {"n": "batch", "seq": "trial", "side": "only", "past + 1": "guess"}
    assert chosen(names, origins) == (
        "seq = 512 (found by trial), side = 48 (found by trial: 96 fails), past + 1 = 2;"
        " choose with --dim seq=N, --dim side=N, --dim 'past + 1=N'"
    )
    assert chosen(names, dict.fromkeys(names, "asked")) is None


def test_sums_the_batch_and_what_is_given_are_not_open():
    two = model(("n", "seq", "h"), ("n", "seq + 1"))
    assert open_sizes(two, {"h": 3}) == ["seq"]


@pytest.mark.parametrize(
    ("name", "dtype", "shape", "expected"),
    [
        ("input_ids", "int64", ("n", "x.1"), 128),
        ("audio", "float32", ("n", "x.1"), 16_000),
        ("audio_signal", "float32", ("n", "time"), 16_000),
        ("audio_signal", "float32", ("n", 80, "time"), 100),
        ("features", "float32", ("n", 80, "time"), 100),
        ("pixels", "uint8", ("n", "unk__1", 200, 3), 224),
    ],
)
def test_names_types_and_ranks_tell_of_a_dimension(name, dtype, shape, expected):
    known = sizes(Model("m", "", inputs=(Tensor(name, dtype, shape),)), 1, {})
    assert [size for dim, size in known.items() if dim != "n"] == [expected]


def test_the_mask_of_a_decoder_is_as_long_as_past_and_present_together():
    decoder = Model(
        "m",
        "",
        inputs=(
            Tensor("input_ids", "int64", ("b", "s")),
            Tensor("attention_mask", "int64", ("b", "total")),
            Tensor("past_key_values.0.key", "float32", ("b", 4, "p", 8)),
        ),
    )
    assert sizes(decoder, 1, {}) == {"b": 1, "s": 1, "total": 129, "p": 128}
    assert sizes(decoder, 2, {"p": 7})["total"] == 8
    assert open_sizes(decoder, {}) == ["s", "p"]


def test_given_arrays_bind_dimensions_and_must_agree():
    two = model(("n", "seq"), ("n", 4))
    assert bound(two, {"x0": (2, 7)}) == {"n": 2, "seq": 7}
    with pytest.raises(ModelError, match=r"'n' of m is 2 .* and 3 in 'x1'"):
        bound(two, {"x0": (2, 7), "x1": (3, 4)})
