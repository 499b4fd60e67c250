"""The training run: one network, one recipe, one seed, at most 19 passes over the images."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from train.augment import distort
from train.errors import TrainError
from train.evaluate import log_probabilities, score
from train.mnist import DEVIATION, MEAN, Split, normalise
from train.optimisers import rate_factor, set_rates
from train.outcome import Score
from train.recipes import Recipe, Run
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
    epoch begun. The test images are looked at once, when the last epoch is done, or after every
    epoch with `log_test`: nothing depends on them, and the weights of the last epoch are the ones
    kept. The caller's global random state is overwritten.
    Raises TrainError for a device that is not there, a checkpoint of another run, a loss that is
    not finite, and files that cannot be written.
    """
    files = RunFiles(folder, run.recipe.network)
    torch.manual_seed(run.seed * SEEDS_PER_RUN)
    state = TrainingState(run, len(training))
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
        on_test = (tested.loss, tested.accuracy) if tested else (None, None)
        result = EpochResult(epoch, loss, accuracy, *on_test, clock() - began)
        state.save(files, result, tested)
        yield result


def _epoch(
    state: TrainingState, epoch: int, images: Tensor, labels: Tensor
) -> Generator[Step, None, tuple[float, float]]:
    """One pass over all images in random order; returns mean loss and accuracy."""
    recipe, epochs = state.run.recipe, state.run.epochs
    strength = recipe.closing_strength if epoch > epochs - recipe.closing_epochs else 1.0
    steps = math.ceil(len(labels) / recipe.batch)
    losses = torch.zeros(steps, device=state.device)
    correct = torch.zeros((), dtype=torch.int64, device=state.device)
    state.network.train()
    for step, (inputs, digits) in enumerate(_batches(images, labels, recipe, strength), start=1):
        set_rates(state.optimisers, rate_factor(recipe, epoch - 1 + (step - 1) / steps, epochs))
        outputs = _forward(state, inputs)
        loss = functional.nll_loss(outputs, digits)
        _improve(state, loss)
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
        return state.network(inputs).float()


def _improve(state: TrainingState, loss: Tensor) -> None:
    """Take one step against the gradient, and take it into the average."""
    for parameter in state.parameters:
        parameter.grad = None
    loss.backward()
    for optimiser in state.optimisers:
        optimiser.step()
    state.average.update(state.parameters)


def _require_finite(losses: Tensor, epoch: int) -> None:
    wrong = (~losses.isfinite()).nonzero()
    if len(wrong):
        raise TrainError(
            f"the loss is {losses[wrong[0]].item()} in epoch {epoch}, step {int(wrong[0]) + 1}",
            "lower the learning rate or try another seed; the last complete epoch is kept",
            "diverged",
        )


def _test(state: TrainingState, test: Split | None) -> Score | None:
    if test is None:
        return None
    inputs = _network_input(test.images, state.device)
    labels = torch.tensor(test.labels, dtype=torch.int64, device=state.device)
    return score(log_probabilities(state.average.network, inputs), labels)


def _network_input(images: np.ndarray, device: torch.device) -> Tensor:
    """Normalised images without distortion, laid out in memory as the networks like them."""
    return torch.from_numpy(normalise(images)).to(device, memory_format=torch.channels_last)
