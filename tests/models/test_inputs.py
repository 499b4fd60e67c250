"""Made inputs."""

import numpy
import onnx
import pytest
from onnx import helper

from bench.domain import Model, Tensor
from bench.errors import ModelError
from bench.models.feed.inputs import digest, made_inputs
from bench.models.files.describe import describe


def model(*tensors):
    return Model(
        "m",
        "m.onnx",
        inputs=tuple(
            Tensor(f"x{index}", dtype, shape) for index, (dtype, shape) in enumerate(tensors)
        ),
    )


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "float16", "int64", "int32", "int8", "uint8", "uint16", "bool"]
)
def test_every_numeric_type_is_made(dtype):
    array = made_inputs(model((dtype, ("n", 3))), batch=5, seed=1)["x0"]
    assert (array.dtype.name, array.shape) == (dtype, (5, 3))
    whole = dtype in ("int8", "uint8", "uint16")  # pixels, and what is quantised
    assert (array.std() > 0.3) if dtype.startswith("float") or whole else not array.any()


@pytest.mark.parametrize("dtype", ["sequence", "optional", "map", "unknown"])
def test_other_types_are_a_sentence_that_names_the_input(dtype):
    with pytest.raises(ModelError, match=f"'x0' is of type {dtype}"):
        made_inputs(model((dtype, ())), batch=1, seed=1)


def test_texts_are_a_word_since_empty_ones_have_none():
    array = made_inputs(model(("string", ("n", 2))), batch=3, seed=1)["x0"]
    assert array.tolist() == [["text", "text"]] * 3


def test_pictures_of_bytes_use_their_whole_range():
    array = made_inputs(model(("uint8", ("n", 30, 30, 3))), batch=1, seed=1)["x0"]
    assert (array.min(), array.max()) == (0, 255)


def test_an_input_is_the_same_beside_others_and_their_digest_tells():
    alone = made_inputs(model(("float32", ("n", 4))), 2, 1)
    beside = made_inputs(model(("float32", ("n", 4)), ("float32", ("n", 2))), 2, 1)
    assert numpy.array_equal(alone["x0"], beside["x0"])
    assert digest(alone) == digest({"x0": beside["x0"]}) != digest(beside)
    assert digest(alone) != digest(made_inputs(model(("float32", ("n", 4))), 2, 2))
    assert digest({"x": [alone["x0"]]}) != digest({"x": alone["x0"]}) != digest({"x": None})


def test_a_single_whole_number_is_an_array():
    assert made_inputs(model(("int64", ())), 1, 1)["x0"].shape == ()


@pytest.mark.parametrize("dtype", ["bfloat16", "float8_e4m3fn", "float8_e5m2", "int4", "uint4"])
def test_types_that_numpy_lacks_are_made(dtype):
    array = made_inputs(model((dtype, ("n", 50))), batch=2, seed=1)["x0"]
    assert (array.dtype.name, array.shape) == (dtype, (2, 50))
    assert bool(array.astype("float32").any()) == ("float" in dtype)


@pytest.mark.parametrize("size", [10**15, 2**62])
def test_more_than_there_is_memory_is_a_sentence(size):
    with pytest.raises(ModelError, match=r"'x0' of shape .* more than there is memory for"):
        made_inputs(model(("float32", (size, 1024))), batch=1, seed=1)


def test_named_dimensions_go_before_the_batch():
    array = made_inputs(model(("float32", ("n", "t"))), 2, 1, {"n": 3, "t": 4})["x0"]
    assert array.shape == (3, 4)


@pytest.mark.parametrize("kind", ["sequence", "optional"])
def test_sequences_and_optionals_hold_one_tensor_of_their_type(tmp_path, kind):
    inside = helper.make_tensor_type_proto(onnx.TensorProto.FLOAT, [2, None])
    wrap = {
        "sequence": helper.make_sequence_type_proto,
        "optional": helper.make_optional_type_proto,
    }
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "g",
        [helper.make_value_info("x", wrap[kind](inside))],
        [helper.make_value_info("y", wrap[kind](inside))],
    )
    onnx.save(helper.make_model(graph), tmp_path / "m.onnx")
    made = made_inputs(describe("m", tmp_path / "m.onnx"), 1, 1)["x"]
    (array,) = made if kind == "sequence" else [made]
    assert (array.dtype.name, array.shape) == ("float32", (2, 16))


@pytest.mark.parametrize(
    ("shape", "made"),
    [
        (("n", 3), (5, 3)),
        (("n", "other", 2), (5, 16, 2)),
        ((7, "n"), (7, 16)),
        ((), ()),
        ((2,), (2,)),
    ],
)
def test_the_first_dynamic_dimension_is_the_batch_and_others_are_guessed(shape, made):
    assert made_inputs(model(("float32", shape)), batch=5, seed=1)["x0"].shape == made


def test_the_seed_makes_the_values():
    floats = model(("float32", ("n", 100)), ("float32", ("n", 100)))
    first, again, other = (made_inputs(floats, 2, seed) for seed in (1, 1, 2))
    assert all(numpy.array_equal(first[name], again[name]) for name in first)
    assert not numpy.array_equal(first["x0"], other["x0"])
    assert not numpy.array_equal(first["x0"], first["x1"])
