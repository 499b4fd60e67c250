"""The bundled test images, and data sets of one's own, good and bad."""

import gzip
import os
import re
import shutil

import numpy
import pytest

from bench.domain import Model, Tensor
from bench.errors import DatasetError
from bench.models.catalog import exported_folder
from bench.models.feed import dataset as module
from bench.models.feed.dataset import Dataset, check_fits, open_dataset

INPUTS = numpy.arange(12, dtype="float32").reshape(4, 3)
LABELS = numpy.array([0, 1, 2, 1])
OWN = Dataset("d", INPUTS, LABELS, prepare=numpy.copy)


def model(*shapes, dtype="float32"):
    return Model("m", "m.onnx", inputs=tuple(Tensor("x", dtype, shape) for shape in shapes))


@pytest.fixture
def saved(tmp_path):
    def save(**arrays):
        numpy.savez(tmp_path / "d.npz", **arrays)
        return str(tmp_path / "d.npz")

    return save


@pytest.mark.parametrize("texts", [["a", "bc", "a", "d"], [b"a", b"bc", b"a", b"d"]])
def test_texts_feed_models_that_take_them(saved, texts):
    own = open_dataset(saved(inputs=numpy.array(texts), labels=LABELS))
    takes = model(("n",), dtype="string")
    check_fits(own, takes)
    fed = own.feed(takes, 3, 2)["x"]
    assert (fed.dtype, fed.tolist()) == (object, ["d", "a"])
    with pytest.raises(DatasetError, match=r"takes float32 inputs of .* has string of"):
        check_fits(own, model(("n",)))
    with pytest.raises(DatasetError, match="takes string inputs of") as caught:
        check_fits(
            open_dataset(saved(inputs=INPUTS, labels=LABELS)), model(("n", 3), dtype="string")
        )
    assert "astype('str')" in caught.value.hint


def test_mnist_is_the_ten_thousand_test_images_as_the_networks_take_them():
    mnist = open_dataset("mnist")
    images = mnist.batch(0, len(mnist.labels))
    assert (images.shape, images.dtype) == ((10_000, 1, 28, 28), "float32")
    assert mnist.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert numpy.bincount(mnist.labels).tolist()[:2] == [980, 1135]
    assert images.min() == pytest.approx(-0.1307 / 0.3081)
    assert images.max() == pytest.approx((1 - 0.1307) / 0.3081)


def test_damaged_test_images_are_a_sentence(tmp_path, monkeypatch):
    for path in exported_folder().glob("t10k-*.gz"):
        shutil.copy(path, tmp_path)
    labels = tmp_path / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(gzip.decompress(labels.read_bytes()))
    content[100] ^= 1
    labels.write_bytes(gzip.compress(bytes(content)))
    monkeypatch.setattr(module, "exported_folder", lambda: tmp_path)
    with pytest.raises(DatasetError, match="t10k-labels") as caught:
        open_dataset("mnist")
    assert caught.value.hint


def test_missing_test_images_are_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "exported_folder", lambda: tmp_path)
    with pytest.raises(DatasetError, match="t10k-images"):
        open_dataset("mnist")


def test_a_data_set_of_ones_own(saved):
    opened = open_dataset(saved(inputs=INPUTS, labels=LABELS.astype("uint8"), other=INPUTS))
    assert opened.name == "d.npz"
    assert numpy.array_equal(opened.batch(0, 4), INPUTS)
    assert (opened.labels.dtype, opened.labels.tolist()) == ("int64", LABELS.tolist())


def test_labels_may_be_a_column_and_floats_are_targets(saved):
    column = open_dataset(saved(inputs=INPUTS, labels=LABELS[:, None]))
    assert column.labels.tolist() == LABELS.tolist()
    wanted = numpy.float32([[0.5, 1], [2, 3], [4, 5], [6, 7]])
    targets = open_dataset(saved(inputs=INPUTS, labels=wanted)).labels
    assert (targets.dtype, targets.tolist()) == ("float64", wanted.tolist())


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        ({"inputs": INPUTS}, "has no array called 'labels'."),
        ({"labels": LABELS}, "has no array called 'inputs'."),
        (
            {"inputs": INPUTS, "labels": LABELS[:3]},
            "inputs of shape (4, 3) and labels of shape (3,)",
        ),
        ({"inputs": INPUTS, "labels": LABELS[0]}, "labels of shape ()"),
        ({"inputs": INPUTS[:0], "labels": LABELS[:0]}, "labels of shape (0,)"),
        ({"inputs": numpy.float32(1), "labels": LABELS}, "inputs of shape ()"),
        ({"inputs": INPUTS, "labels": LABELS + 0.5j}, "neither classes nor targets"),
        ({"inputs": INPUTS, "labels": numpy.array([{}] * 4)}, "Object arrays cannot be loaded"),
    ],
)
def test_arrays_that_are_no_data_set_are_a_sentence(saved, arrays, expected):
    with pytest.raises(DatasetError, match=re.escape(expected)) as caught:
        open_dataset(saved(**arrays))
    assert "\n" not in caught.value.sentence()
    assert "--dataset mnist" in caught.value.hint


def damaged(path):
    numpy.savez_compressed(
        path, inputs=numpy.zeros((500, 9), "float32"), labels=numpy.zeros(500, int)
    )
    content = bytearray(path.read_bytes())
    content[60:90] = b"\xff" * 30
    path.write_bytes(content)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: None,
        lambda path: path.mkdir(),
        lambda path: path.touch(),
        lambda path: path.write_bytes(b"PK\x03\x04 torn"),
        lambda path: path.write_text("no data set"),
        lambda path: numpy.save(path.open("wb"), INPUTS),
        damaged,
    ],
    ids=["missing", "folder", "empty", "torn", "text", "one array", "damaged"],
)
def test_files_that_are_no_data_set_are_a_sentence(tmp_path, make):
    make(tmp_path / "d.npz")
    with pytest.raises(DatasetError, match=r"d\.npz cannot be read"):
        open_dataset(str(tmp_path / "d.npz"))


def test_a_batch_past_the_end_begins_anew():
    assert OWN.batch(3, 2).tolist() == [INPUTS[3].tolist(), INPUTS[0].tolist()]
    assert OWN.batch(0, 9)[8].tolist() == INPUTS[0].tolist()


@pytest.mark.parametrize("shape", [("n", 3), (4, 3), ("n", "width")])
def test_a_model_of_the_same_shape_fits(shape):
    check_fits(OWN, model(shape))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (model(("n", 1, 28, 28)), "takes float32 inputs of shape 1×28×28"),
        (model(("n", 3), dtype="float16"), "takes float16 inputs of shape 3"),
        (model(("n",)), "takes float32 inputs of shape scalar"),
        (model(("n", 3), ("n", 3)), "has 2 inputs, and the data set d has no array called 'x'"),
        (model(), "has 0 inputs"),
    ],
)
def test_a_model_of_another_shape_does_not_fit_and_both_shapes_are_named(wanted, expected):
    with pytest.raises(DatasetError, match=expected) as caught:
        check_fits(OWN, wanted)
    assert "without --dataset" in caught.value.hint


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "d.npz")
    with pytest.raises(DatasetError, match="it is not a regular file"):
        open_dataset(str(tmp_path / "d.npz"))


def test_several_inputs_are_fed_by_name_and_labels_may_be_texts(saved):
    arrays = {"left": INPUTS, "right": INPUTS + 1, "labels": numpy.array(["no", "yes", "no", "no"])}
    opened = open_dataset(saved(**arrays))
    names = ("right", "left")
    both = Model("m", "", inputs=tuple(Tensor(name, "float32", ("n", 3)) for name in names))
    check_fits(opened, both)
    fed = opened.feed(both, 3, 2)
    assert list(fed) == ["right", "left"]
    assert numpy.array_equal(fed["right"], INPUTS[[3, 0]] + 1)
    assert opened.labels.tolist() == ["no", "yes", "no", "no"]
    with pytest.raises(DatasetError, match="no array called 'x'"):
        check_fits(opened, model(("n", 3)))


def test_a_sample_is_spread_over_all_items_and_the_same_each_time():
    whole = Dataset("d", INPUTS, LABELS, numpy.copy, {"x": INPUTS + 1})
    part = whole.sample(2)
    assert part.places.tolist() == [0, 2] and part.labels.tolist() == [0, 2]
    assert numpy.array_equal(part.items, INPUTS[[0, 2]])
    assert numpy.array_equal(part.by_input["x"], INPUTS[[0, 2]] + 1)
    assert whole.sample(4) is whole
