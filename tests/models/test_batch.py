"""What counts as an item of a call: a dimension that every input has, or none."""

import pytest

from bench.domain import Model, Tensor
from bench.errors import UsageError
from bench.models.feed.batch import an_item, batch_dimensions, check_batch, fixed_batch, leading
from bench.models.feed.dimensions import sizes


def model(*shapes, dtype="float32", outputs=()):
    inputs = tuple(Tensor(f"x{at}", dtype, shape) for at, shape in enumerate(shapes))
    return Model("m", "m.onnx", inputs=inputs, outputs=outputs)


GRAPH = model(("n_nodes", 8), (2, "n_edges"))


@pytest.mark.parametrize(
    ("shapes", "names"),
    [
        ([("n", 3)], ("n",)),
        ([("time", "batch", 4)], ("batch",)),
        ([("batch", "time", 4), (2, "batch", 6)], ("batch",)),
        ([("x0.0", "time", 4), (2, "x1.1", 6)], ("x0.0", "x1.1")),
        ([("unk__1", 4), ("unk__2", 4)], ("unk__1", "unk__2")),
        ([("n", 4), (1,), ()], ("n",)),
        ([("n_nodes", 8), (2, "n_edges")], ()),
        ([("n_queries", 16), ("n_documents", 16)], ()),
        ([("sequence", 576), (1, 1, 128)], ()),
        ([("batch", 3, "frames", 160), (4, 1, 64)], ()),
        ([(3, "height", "width")], ()),
        ([(1, "28")], ()),
        ([()], ()),
        ([], ()),
    ],
)
def test_a_batch_is_one_only_where_every_input_with_a_shape_has_it(shapes, names):
    assert batch_dimensions(model(*shapes)) == names


@pytest.mark.parametrize(
    ("shapes", "fixed"),
    [
        ([("n", 3)], None),
        ([(4, 3)], 4),
        ([(100, 4), (1, 3)], 1),
        ([("n_nodes", 8), (2, "n_edges")], 1),
        ([(3, "height", "width")], 1),
        ([(3, 224, 224)], 1),
        ([(300,)], 1),
        ([()], 1),
        ([], 1),
        ([(), (2, 2)], 2),
    ],
)
def test_the_fixed_batch_is_that_of_the_file(shapes, fixed):
    assert fixed_batch(model(*shapes)) == fixed


def test_a_first_size_that_no_output_has_counts_no_items():
    assert fixed_batch(model((8, 4), outputs=(Tensor("y", "float32", (8, 2)),))) == 8
    assert fixed_batch(model((8, 4), outputs=(Tensor("y", "float32", (1, 2)),))) == 1


def test_a_state_is_no_batch_where_it_is_given_back_beside_one_answer():
    logits, state = Tensor("logits", "float32", (1, 100)), Tensor("next", "float32", (10, 32))
    assert fixed_batch(model((1,), (10, 32), outputs=(logits, state))) == 1
    losses, counts = Tensor("loss", "float32", (1,)), Tensor("n", "float32", ("n", 7))
    assert fixed_batch(model((10, 32), outputs=(state, losses, counts))) == 10


def test_another_batch_than_the_fixed_one_is_a_sentence_with_the_right_one():
    fixed = model((4, 3))
    check_batch(fixed, 4)
    with pytest.raises(UsageError, match="fixed batch of 4 and cannot run 8") as caught:
        check_batch(fixed, 8)
    assert "--batch 4" in caught.value.hint
    check_batch(model(("n", 3)), 8)


def test_a_batch_of_a_model_without_one_is_a_sentence_that_says_so():
    with pytest.raises(UsageError, match=r"m has no batch.* a call is one item, not 8") as caught:
        check_batch(GRAPH, 8)
    assert "--dim" in caught.value.hint


def test_the_batch_that_sizes_mean_is_that_of_its_dimension():
    states = model(("x0.0", "time", 4), (2, "x1.1", 6))
    assert leading(states, {"x0.0": 3, "x1.1": 3, "time": 9}) == 3
    assert leading(states, {"time": 9}) is None
    with pytest.raises(UsageError, match="have 3 items a call, and --batch says 8"):
        check_batch(states, 8, {"x0.0": 3})


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ([("n", 3)], "one of 'n'"),
        ([("x0.0", 3), ("x1.0", 3)], "one of 'x0.0', 'x1.0' together"),
        ([(4, 3)], "4 in each call"),
        ([(3, "height", "width")], "one call"),
    ],
)
def test_what_an_item_is_is_said(shapes, said):
    assert an_item(model(*shapes)) == said


def test_the_time_step_of_a_diffusion_counts_no_items():
    sample = Tensor("sample", "float32", ("batch", 4, "height", "width"))
    step = Tensor("timestep", "int64", ("steps",))
    assert batch_dimensions(Model("m", "", inputs=(sample, step))) == ("batch",)
    assert sizes(Model("m", "", inputs=(sample, step)), 2, {})["steps"] == 1
    of_items = Tensor("timestep", "int64", ("batch",))
    assert batch_dimensions(Model("m", "", inputs=(sample, of_items))) == ("batch",)
