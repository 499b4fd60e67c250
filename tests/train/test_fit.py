"""A run learns, repeats itself bit for bit, and stops with a sentence when it cannot go on."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from train import checkpoint, mnist  # noqa: E402
from train.errors import TrainError  # noqa: E402
from train.fit import Step, fit  # noqa: E402
from train.recipes import Run, recipe_for  # noqa: E402
from train.record import EpochResult, RunFiles, load_log  # noqa: E402


def run_all(run, training, folder, test=None):
    return list(fit(run, training, test, folder, clock=lambda: 0.0))


def weights(folder, network="avg"):
    return checkpoint.load(RunFiles(folder, network).weights)[0]


def same(ours, theirs):
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


@pytest.mark.parametrize("network", ["avg", "max"])
def test_it_learns(network, test_split, tmp_path):
    training = mnist.load("train", mnist.TRAINING_FOLDER).first(3_000)
    recipe = replace(recipe_for(network), average_decay=0.9, recalibration_images=1_000)
    *_, last = fit(Run(recipe, epochs=3), training, test_split.first(1_000), tmp_path)
    assert last.test_accuracy > 0.9
    assert last.test_loss < 0.4
    assert last.train_accuracy > 0.8


def test_events_count_steps_and_epochs(training, tmp_path):
    run = Run(replace(recipe_for("avg"), batch=64), epochs=2)
    events = run_all(run, training, tmp_path)
    assert [type(event) for event in events] == [Step, EpochResult] * 2
    assert (events[0].step, events[0].steps) == (4, 4)  # 3 batches of 64 images and one of 8
    assert [event.epoch for event in events] == [1, 1, 2, 2]
    assert (events[1].test_loss, events[1].test_accuracy) == (None, None)


def test_log_and_weights_are_written(training, test_split, tmp_path):
    run = Run(recipe_for("max"), seed=3, epochs=2)
    events = run_all(run, training, tmp_path, test_split.first(100))
    files = RunFiles(tmp_path, "max")
    assert load_log(files.log) == [event for event in events if isinstance(event, EpochResult)]
    _, facts = checkpoint.load(files.weights)
    assert (facts["network"], facts["recipe"], facts["seed"]) == ("max", "best", 3)
    assert (facts["epochs"], facts["accuracy"]) == (2, events[-1].test_accuracy)


@pytest.mark.parametrize(("network", "recipe"), [("avg", "best"), ("max", "original")])
def test_same_seed_same_bits(network, recipe, training, tmp_path):
    run = Run(recipe_for(network, recipe), epochs=2)
    run_all(run, training, tmp_path / "first")
    run_all(run, training, tmp_path / "again")
    run_all(replace(run, seed=2), training, tmp_path / "other")
    first, again, other = (
        weights(tmp_path / name, network) for name in ("first", "again", "other")
    )
    assert same(first, again)
    assert not same(first, other)


def test_test_images_change_nothing(training, test_split, tmp_path):
    run, test = Run(recipe_for("avg"), epochs=2), test_split.first(100)
    run_all(run, training, tmp_path / "without")
    run_all(run, training, tmp_path / "with", test)
    *_, last = fit(run, training, test, tmp_path / "logged", log_test=True)
    for name in ("with", "logged"):
        assert same(weights(tmp_path / "without"), weights(tmp_path / name))
    unseen, seen = load_log(RunFiles(tmp_path / "with", "avg").log)
    assert (unseen.test_accuracy, seen.test_accuracy) == (None, last.test_accuracy)
    first, second = load_log(RunFiles(tmp_path / "logged", "avg").log)
    assert first.test_accuracy is not None
    assert second == last


def test_test_images_are_looked_at_once_and_only_when_training_is_done(
    training, test_split, tmp_path
):
    class Watched:
        """Test images that count how often they are read."""

        reads = 0
        labels = test_split.first(100).labels

        @property
        def images(self):
            self.reads += 1
            return test_split.first(100).images

    watched = Watched()
    seen = [
        (type(event).__name__, event.epoch, watched.reads)
        for event in fit(Run(recipe_for("avg"), epochs=3), training, watched, tmp_path)
    ]
    assert seen[-2:] == [("Step", 3, 0), ("EpochResult", 3, 1)]
    assert all(reads == 0 for *_, reads in seen[:-1])


def test_kept_weights_are_an_average_with_its_own_statistics(training, tmp_path):
    run_all(Run(recipe_for("avg"), epochs=2), training, tmp_path)
    tensors, _ = checkpoint.load(RunFiles(tmp_path, "avg").checkpoint)
    kept = weights(tmp_path)
    for name, tensor in kept.items():
        assert torch.equal(tensor, tensors[f"average.{name}"])
    assert not torch.equal(kept["0.weight"], tensors["network.0.weight"])
    assert not torch.equal(kept["2.running_mean"], tensors["network.2.running_mean"])


def test_original_recipe_keeps_the_last_weights(training, tmp_path):
    run_all(Run(recipe_for("avg", "original"), epochs=1), training, tmp_path)
    tensors, _ = checkpoint.load(RunFiles(tmp_path, "avg").checkpoint)
    for name, tensor in weights(tmp_path).items():
        assert torch.equal(tensor, tensors[f"network.{name}"])


def test_loss_that_is_not_finite_stops_with_epoch_and_step(training, tmp_path):
    recipe = replace(recipe_for("avg", "original"), rate=float("inf"), batch=64)
    with pytest.raises(TrainError, match="epoch 1, step 2") as caught:
        run_all(Run(recipe), training, tmp_path)
    assert caught.value.kind == "diverged"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("device", "kind"), [("cuda:99", "device"), ("tpu", "usage"), ("meta", "usage")]
)
def test_device_that_is_not_there(device, kind, training, tmp_path):
    with pytest.raises(TrainError, match=device) as caught:
        run_all(Run(recipe_for("avg"), device=device), training, tmp_path)
    assert caught.value.kind == kind


def test_training_images_are_left_alone(training, tmp_path):
    before = training.images.copy()
    run_all(Run(recipe_for("avg"), epochs=1), training, tmp_path)
    assert np.array_equal(before, training.images)
