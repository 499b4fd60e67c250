"""Train a network of 18,962 parameters in 6 passes over MNIST to 99.4 % of its test images.

    python -m train.fit

That is `avg` with the recipe `fast`. Five seeds reach 99.53 ± 0.08 % (mean and standard deviation
of `reports/training`), in about a minute each on two cores, and this program checks its own run.
The network is in `train/networks.py` and the recipe in `train/recipes.py`. `train/faster/` only
makes a CPU faster, and may be skipped.
"""

import math
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from train import mnist
from train.augment import distort
from train.average import WeightAverage
from train.devices import device_for, precision_on
from train.errors import TrainError
from train.evaluate import log_probabilities, score
from train.faster.layers import quicken
from train.mnist import DEVIATION, MEAN, Split, normalise
from train.networks import build
from train.optimisers import optimisers_for, rate_factor, set_rates
from train.outcome import REQUIRED_ACCURACY, Score
from train.recipes import Recipe, Run, recipe_for
from train.record import EpochResult, RunFiles
from train.state import TrainingState

STEPS_PER_REPORT = 32  # looking at a loss makes the host wait for a GPU, so not at every step
BATCHES_AT_ONCE = 16  # to distort: one by one they would take three times as long on a CPU
SEEDS_PER_RUN = 1_000  # one for the first weights and one for each epoch, with room to spare


@dataclass(frozen=True)
class Step:
    """How far an epoch is: `step` of `steps` are done, the last of them with this loss."""

    epoch: int
    step: int
    steps: int
    loss: float


def fit(
    run: Run,
    training: Split,
    test: Split | None,
    folder: Path,
    start: Literal["fresh", "resume"] = "fresh",
    clock: Callable[[], float] = time.perf_counter,
    log_test: bool = False,
) -> Iterator[Step | EpochResult]:
    """Train, and yield what happens; every epoch ends with its result.

    By then the epoch is in the files of `RunFiles(folder, network)`, so stopping loses only the
    epoch begun. The test images are used once, after the last epoch, or after every
    epoch with `log_test`: nothing depends on them, and the weights of the last epoch are the ones
    kept. The caller's global random state is overwritten.
    Raises TrainError for a device that is not there, a checkpoint of another run, a loss that is
    not finite, and files that cannot be written.
    """
    files = RunFiles(folder, run.recipe.network)
    state = prepare(run, len(training))
    if start == "resume":
        state.restore(files)
    images = torch.tensor(training.images, device=state.device)[:, None]
    labels = torch.tensor(training.labels, dtype=torch.int64, device=state.device)
    clean = _network_input(training.images[: run.recipe.recalibration_images], state.device)
    for epoch in range(len(state.history) + 1, run.epochs + 1):
        began = clock()
        # An epoch's random numbers follow from its number alone: a resumed run draws the same.
        torch.manual_seed(run.seed * SEEDS_PER_RUN + epoch)
        loss, accuracy = yield from _epoch(state, epoch, images, labels)
        looked_at = log_test or epoch == run.epochs
        state.average.settle(state.network, clean if looked_at else clean[:0])  # takes seconds
        tested = _test(state, test if looked_at else None)
        result = EpochResult(
            epoch,
            train_loss=loss,
            train_accuracy=accuracy,
            test_loss=tested.loss if tested else None,
            test_accuracy=tested.accuracy if tested else None,
            seconds=clock() - began,
        )
        state.save(files, result, tested)
        yield result


def prepare(run: Run, images: int) -> TrainingState:
    """A network with the weights of the run's seed, before it has seen any of that many images."""
    torch.manual_seed(run.seed * SEEDS_PER_RUN)
    device = device_for(run.device)
    network = build(run.recipe.network).to(device).to(memory_format=torch.channels_last)
    average = WeightAverage(network, run.recipe.average_decay)  # the one that is kept
    if device.type == "cpu":
        quicken(network)
    return TrainingState(
        run=run,
        images=images,
        device=device,
        precision=precision_on(device, run.recipe.precision),
        network=network,
        average=average,
        optimisers=optimisers_for(network, run.recipe),
    )


def _epoch(
    state: TrainingState, epoch: int, images: Tensor, labels: Tensor
) -> Generator[Step, None, tuple[float, float]]:
    """One pass over all images in random order; returns mean loss and accuracy."""
    recipe, epochs = state.run.recipe, state.run.epochs
    strength = recipe.closing_strength if epoch > epochs - recipe.closing_epochs else 1.0
    parameters: list[Tensor] = list(state.network.parameters())
    steps = math.ceil(len(labels) / recipe.batch)
    losses = torch.zeros(steps, device=state.device)
    correct = torch.zeros((), dtype=torch.int64, device=state.device)
    state.network.train()
    for step, (inputs, digits) in enumerate(_batches(images, labels, recipe, strength), start=1):
        set_rates(state.optimisers, rate_factor(recipe, epoch - 1 + (step - 1) / steps, epochs))
        outputs = _forward(state, inputs)
        loss = functional.nll_loss(outputs, digits)
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        for optimiser in state.optimisers:
            optimiser.step()
        state.average.update(parameters)
        losses[step - 1] = loss.detach() * len(digits)  # the last batch is smaller
        correct += (outputs.argmax(1) == digits).sum()
        if step % STEPS_PER_REPORT == 0 or step == steps:
            _require_finite(losses[:step], epoch)
            yield Step(epoch, step, steps, float(losses[step - 1]) / len(digits))
    return float(losses.sum()) / len(labels), int(correct) / len(labels)


def _batches(
    images: Tensor, labels: Tensor, recipe: Recipe, strength: float
) -> Iterator[tuple[Tensor, Tensor]]:
    """All images in random order, distorted and normalised, with their labels."""
    order = torch.randperm(len(labels), device=labels.device)
    for chosen in order.split(recipe.batch * BATCHES_AT_ONCE):
        pixels = distort(images[chosen].float() / 255, recipe.augmentation, strength)
        inputs = ((pixels - MEAN) / DEVIATION).to(memory_format=torch.channels_last)
        yield from zip(inputs.split(recipe.batch), labels[chosen].split(recipe.batch), strict=True)


def _forward(state: TrainingState, inputs: Tensor) -> Tensor:
    """Log-probabilities in float32, computed in the run's precision."""
    with torch.autocast(
        state.device.type, torch.bfloat16, enabled=state.precision == torch.bfloat16
    ):
        outputs: Tensor = state.network(inputs)
        return outputs.float()


def _require_finite(losses: Tensor, epoch: int) -> None:
    wrong = (~losses.isfinite()).nonzero()
    if len(wrong):
        raise TrainError(
            f"the loss is {losses[wrong[0]].item()} in epoch {epoch}, step {int(wrong[0]) + 1}",
            "try another seed; the last complete epoch is kept",
            "diverged",
        )


def _test(state: TrainingState, test: Split | None) -> Score | None:
    if test is None:
        return None
    inputs = _network_input(test.images, state.device)
    labels = torch.tensor(test.labels, dtype=torch.int64, device=state.device)
    return score(log_probabilities(state.average.network, inputs), labels)


def _network_input(images: NDArray[np.uint8], device: torch.device) -> Tensor:
    """Normalised images without distortion, laid out in memory as the networks like them."""
    return torch.from_numpy(normalise(images)).to(device, memory_format=torch.channels_last)


def main() -> None:
    """Train as the first sentence of this file says, and check that it is true."""
    recipe = recipe_for("avg", "fast")
    training = mnist.load("train", mnist.TRAINING_FOLDER)
    test = mnist.load("test", Path(__file__).parents[1] / "exported")
    accuracy = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for event in fit(Run(recipe, epochs=recipe.epochs), training, test, Path(folder)):
            if isinstance(event, EpochResult):
                print(f"epoch {event.epoch}: loss {event.train_loss:.4f}, {event.seconds:.1f} s")
                accuracy = event.test_accuracy or 0.0
    print(f"{accuracy:.2%} of the test images are right")
    assert accuracy >= REQUIRED_ACCURACY, f"that is less than {REQUIRED_ACCURACY:.1%}"


if __name__ == "__main__":
    main()
