"""How each network is trained: every choice, in one frozen dataclass per recipe."""

from dataclasses import dataclass, replace
from typing import Literal

from train.augment import NONE, Augmentation
from train.errors import TrainError

MAX_EPOCHS = 19  # the networks must reach their accuracy in fewer than 20 epochs


@dataclass(frozen=True)
class Recipe:
    """The hyper-parameters of one network; `original` recipes need only the first block."""

    network: str
    name: str
    epochs: int  # unless a run asks for fewer
    batch: int  # images
    optimiser: Literal["sgd", "adam", "muon"]  # muon leaves all but convolution weights to AdamW
    rate: float  # peak learning rate
    momentum: float = 0.9  # of SGD, Nesterov where the schedule is cosine, or of Muon
    weight_decay: float = 0.0
    schedule: Literal["constant", "steps", "cosine"] = "constant"

    rest_rate: float = 0.0  # peak learning rate of the AdamW beside Muon
    warmup: float = 0.0  # share of the run in which the cosine schedule rises to its peak
    augmentation: Augmentation = NONE
    closing_strength: float = 1.0  # of the augmentation in the last epochs
    closing_epochs: int = 1
    average_decay: float = 0.0  # of the exponential weight average; 0 keeps the last weights
    recalibration_images: int = 0  # clean training images for the averaged BatchNorm statistics
    precision: Literal["float32", "bfloat16"] = "float32"  # bfloat16 only if the device has it


@dataclass(frozen=True)
class Run:
    """What is trained: equal runs on one machine, with as many threads, end bit for bit equal."""

    recipe: Recipe
    seed: int = 1
    epochs: int = MAX_EPOCHS
    device: str = "cpu"


_AVG_ORIGINAL = Recipe("avg", "original", 19, 128, "sgd", rate=0.01)
_MAX_ORIGINAL = Recipe("max", "original", 19, 64, "adam", rate=0.0015, schedule="steps")

_AVG_BEST = Recipe(
    "avg",
    "best",
    epochs=19,
    batch=128,
    optimiser="muon",
    rate=0.03,
    rest_rate=0.012,
    momentum=0.95,
    schedule="cosine",
    warmup=0.15,
    augmentation=Augmentation(rotation=10, shift=0.08, scale=0.10, stretch=0.10, shear=10),
    closing_strength=0.3,
    closing_epochs=3,
    average_decay=0.996,
    recalibration_images=10_000,
    precision="bfloat16",
)
_MAX_BEST = replace(
    _AVG_BEST,
    network="max",
    optimiser="sgd",
    rate=0.2,
    rest_rate=0.0,
    momentum=0.9,
    weight_decay=2e-4,
    closing_epochs=1,
)
# Larger batches take less time for an image, and cost little accuracy where there is some to spare.
_AVG_FAST = replace(
    _AVG_BEST,
    name="fast",
    epochs=6,
    batch=256,
    rate=0.04,
    rest_rate=0.016,
    closing_epochs=1,
    average_decay=0.992,
)
_MAX_FAST = replace(_MAX_BEST, name="fast", epochs=6, batch=192, average_decay=0.994)

RECIPES: dict[tuple[str, str], Recipe] = {
    (recipe.network, recipe.name): recipe
    for recipe in (
        _AVG_ORIGINAL,
        _MAX_ORIGINAL,
        _AVG_BEST,
        _MAX_BEST,
        _AVG_FAST,
        _MAX_FAST,
    )
}
RECIPE_NAMES = ("best", "fast", "original")


def recipe_for(network: str, name: str = "best") -> Recipe:
    """The recipe of that name for that network; an unknown pair raises a TrainError."""
    if (network, name) not in RECIPES:
        raise TrainError(
            f"there is no recipe {name} for a network {network}",
            f"use one of the recipes {', '.join(RECIPE_NAMES)} for avg or max",
            "usage",
        )
    return RECIPES[network, name]
