"""What int8 variants are calibrated on: training images, the user's own items, or made-up ones."""

import numpy
import onnx_models
import pytest

from bench.errors import DatasetError
from bench.models.catalog import exported_folder
from bench.models.files.describe import describe
from bench.models.variants.examples import examples
from train import mnist


def avg():
    return describe("avg", exported_folder() / "avg.onnx")


def linear(folder, **options):
    return describe("m", onnx_models.linear(folder / "m.onnx", **options))


def test_a_network_that_is_judged_on_test_images_gets_training_images():
    made = examples(avg(), "mnist", 1, {})
    fed = numpy.concatenate([inputs["image"] for inputs in made.calls])
    images = mnist.load("train", mnist.TRAINING_FOLDER).images[:1_000]
    assert numpy.array_equal(fed, mnist.normalise(images))
    assert "1000 training images" in made.sentence


@pytest.mark.parametrize(("batch", "count"), [(3, 999), (1_024, 1_024)])
def test_a_fixed_batch_is_kept(batch, count, tmp_path):
    model = linear(tmp_path, batch=batch)
    assert {inputs["x"].shape for inputs in examples(model, None, 1, {}).calls} == {(batch, 3)}
    numpy.savez(
        tmp_path / "own.npz",
        inputs=numpy.zeros((2_000, 3), numpy.float32),
        labels=numpy.zeros(2_000, int),
    )
    made = examples(model, str(tmp_path / "own.npz"), 1, {})
    assert {len(inputs["x"]) for inputs in made.calls} == {batch}
    assert f"{count} items of own.npz itself" in made.sentence


def test_a_small_data_set_is_used_up_and_begun_anew(tmp_path):
    values = numpy.arange(9, dtype=numpy.float32).reshape(3, 3)
    numpy.savez(tmp_path / "own.npz", inputs=values, labels=numpy.zeros(3, int))
    (call,) = examples(linear(tmp_path), str(tmp_path / "own.npz"), 1, {}).calls
    assert numpy.array_equal(call["x"][:4], values[[0, 1, 2, 0]])


def test_other_models_get_made_up_inputs_by_seed(tmp_path):
    model = linear(tmp_path)
    first, again, other = (examples(model, None, seed, {}) for seed in (1, 1, 99))
    assert "made-up" in first.sentence
    values = [
        numpy.concatenate([call["x"] for call in made.calls]) for made in (first, again, other)
    ]
    assert numpy.array_equal(values[0], values[1])
    assert not numpy.array_equal(values[0], values[2])
    assert len(numpy.unique(values[0])) == values[0].size  # every call has other values


def test_items_that_do_not_fit_or_are_missing_are_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(DatasetError, match="has float32 of shape 1×28×28"):
        examples(linear(tmp_path), "mnist", 1, {})
    monkeypatch.setattr(mnist, "TRAINING_FOLDER", tmp_path)
    with pytest.raises(DatasetError, match="train-images"):
        examples(avg(), "mnist", 1, {})
