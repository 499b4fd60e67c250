"""What int8 variants are calibrated on: training images, or what is made up."""

import numpy
import onnx_models
import pytest

from bench.commands import training_data
from bench.commands.calibration import calibration
from bench.errors import BenchError
from bench.models.catalog import exported_folder
from bench.models.open import describe
from train import mnist
from train.errors import TrainError


def avg():
    return describe("avg", exported_folder() / "avg.onnx")


def test_a_network_that_is_judged_on_test_images_gets_training_images():
    made = calibration(avg(), "mnist", seed=1)
    fed = numpy.concatenate([inputs["image"] for inputs in made.inputs])
    images = mnist.load("train", mnist.TRAINING_FOLDER).images[:1_000]
    assert numpy.array_equal(fed, mnist.normalise(images))
    assert "1000 training images" in made.sentence


@pytest.mark.parametrize(("batch", "images"), [(3, 999), (1_024, 1_024)])
def test_a_fixed_batch_is_kept(batch, images, tmp_path):
    model = describe("m", onnx_models.linear(tmp_path / "m.onnx", batch=batch))
    made = calibration(model, None, seed=1)
    assert {inputs["x"].shape for inputs in made.inputs} == {(batch, 3)}
    found = calibration(model, "mnist", seed=1)
    assert {len(inputs["x"]) for inputs in found.inputs} == {batch}
    assert f"{images} training images" in found.sentence


def test_other_models_get_made_up_inputs_by_seed(tmp_path):
    model = describe("m", onnx_models.linear(tmp_path / "m.onnx"))
    first, again, other = (calibration(model, None, seed) for seed in (1, 1, 99))
    assert "made-up" in first.sentence
    values = [
        numpy.concatenate([one["x"] for one in made.inputs]) for made in (first, again, other)
    ]
    assert numpy.array_equal(values[0], values[1])
    assert not numpy.array_equal(values[0], values[2])
    assert len(numpy.unique(values[0])) == values[0].size  # every call has other values


def test_missing_training_images_are_a_sentence(monkeypatch):
    def missing(folder):
        raise TrainError("no images", "restore them", "data")

    monkeypatch.setattr(training_data, "training_split", missing)
    with pytest.raises(BenchError, match="No images"):
        calibration(avg(), "mnist", seed=1)
