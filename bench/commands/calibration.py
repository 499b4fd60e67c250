"""The inputs from which an int8 variant takes its ranges."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.domain import Model

if TYPE_CHECKING:
    from bench.models.inputs import Inputs

IMAGES, BATCH = 1_000, 100  # of the training images; twice as many change hardly an answer
MADE = 16  # calls with made-up inputs


@dataclass(frozen=True, slots=True)
class Calibration:
    """Inputs by call, and the sentence that says what they are."""

    inputs: "tuple[Inputs, ...]"
    sentence: str


def calibration(model: Model, dataset: str | None, seed: int) -> Calibration:
    """Training images for a model that is judged on MNIST's test images, else made-up inputs.

    A model with a fixed batch gets calls of that many items. Raises ModelError for inputs that
    cannot be made, and BenchError for training images that are missing or damaged.
    """
    from bench.models.inputs import fixed_batch, made_inputs

    batch = fixed_batch(model)
    if dataset == "mnist":
        size = batch or BATCH
        inputs = tuple(_images(model, size))
        return Calibration(
            inputs,
            f"The ranges of int8 come from {len(inputs) * size} training images of MNIST.",
        )
    return Calibration(
        tuple(made_inputs(model, batch or 1, seed + number) for number in range(MADE)),
        f"The ranges of int8 come from {MADE} made-up inputs: the speed is that of a real one, the"
        " outputs are not.",
    )


def _images(model: Model, size: int) -> "list[Inputs]":
    """Whole calls of `size` images, as many as there are in IMAGES, but one at least."""
    from bench.commands import training_data
    from train.errors import TrainError
    from train.mnist import normalise

    count = max(IMAGES // size, 1)
    try:
        images = training_data.training_split(None).first(count * size).images
    except TrainError as error:
        raise training_data.as_bench_error(error) from error
    name = model.inputs[0].name
    return [
        {name: normalise(images[start : start + size])} for start in range(0, count * size, size)
    ]
