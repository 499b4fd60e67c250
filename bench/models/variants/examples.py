"""The inputs from which an int8 variant takes its ranges, and on which a rewrite must be exact."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.domain import Model
from bench.models.feed.batch import fixed_batch
from bench.models.feed.dataset import check_fits, open_training_set
from bench.models.feed.inputs import Inputs, made_inputs

IMAGES, BATCH = 1_000, 100  # items of a data set; twice as many change hardly an answer
MADE = 16  # calls with made-up inputs


@dataclass(frozen=True, slots=True)
class Examples:
    """Inputs by call, and the sentence that says what the int8 ranges come from."""

    calls: tuple[Inputs, ...]
    sentence: str


def examples(model: Model, dataset: str | None, seed: int, dims: Mapping[str, int]) -> Examples:
    """Items of the data set that judges the model, else made-up inputs; whole calls of a batch.

    Of MNIST, whose test images judge, these are training images. Raises ModelError for inputs that
    cannot be made, and DatasetError for items that are missing, damaged or do not fit.
    """
    batch = fixed_batch(model)
    if dataset is None:
        return Examples(
            tuple(made_inputs(model, batch or 1, seed + number, dims) for number in range(MADE)),
            f"The int8 ranges come from {MADE} made-up inputs: trust the speed, not the outputs.",
        )
    items = open_training_set(dataset)
    check_fits(items, model)
    size = batch or BATCH
    count = max(min(IMAGES, len(items.labels)) // size, 1)
    what = "training images of MNIST" if dataset == "mnist" else f"items of {items.name} itself"
    return Examples(
        tuple(items.feed(model, call * size, size) for call in range(count)),
        f"The int8 ranges come from {count * size} {what}.",
    )
