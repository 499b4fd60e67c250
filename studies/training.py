"""Time an epoch of our training loop against a plain data-loader loop, taking turns in one run.

    python studies/training.py [--images 12800] [--rounds 5] [--threads 2]

The plain loop is what a tutorial shows: torchvision's transforms for each image, a DataLoader, the
network in float32, the optimiser and batch size of the first recipes. It runs without distortion,
as those recipes ask for, and with torchvision's RandomAffine of the best recipe, which is the same
work as ours. Seconds are medians over the rounds, scaled to 60,000 images, with their range.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from train import mnist
from train.fit import fit
from train.networks import build
from train.optimisers import optimisers_for
from train.recipes import Run, recipe_for
from train.record import EpochResult

WHOLE = 60_000  # images of an epoch
PLAIN = [transforms.ToTensor(), transforms.Normalize((mnist.MEAN,), (mnist.DEVIATION,))]


class Images(Dataset[tuple[torch.Tensor, int]]):
    """As torchvision.datasets.MNIST gives them."""

    def __init__(
        self, split: mnist.Split, transform: Callable[[Image.Image], torch.Tensor]
    ) -> None:
        self.split, self.transform = split, transform

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image = Image.fromarray(self.split.images[index])
        return self.transform(image), int(self.split.labels[index])


def plain(network: str, training: mnist.Split, distorted: bool) -> float:
    """Seconds of one pass with the first recipe, with the best one's distortion or without."""
    wanted = recipe_for(network).augmentation
    scale, shift = (1 - wanted.scale, 1 + wanted.scale), (wanted.shift, wanted.shift)
    affine = transforms.RandomAffine(wanted.rotation, shift, scale, wanted.shear)
    steps = transforms.Compose([*([affine] if distorted else []), *PLAIN])
    recipe = recipe_for(network, "original")
    module = build(network)
    optimisers = optimisers_for(module, recipe)
    loader = DataLoader(Images(training, steps), recipe.batch, shuffle=True)
    began = time.perf_counter()
    module.train()
    for images, labels in loader:
        loss = functional.nll_loss(module(images), labels)
        module.zero_grad()
        loss.backward()
        for optimiser in optimisers:
            optimiser.step()
        loss.item()
    return time.perf_counter() - began


def ours(network: str, training: mnist.Split, recipe: str) -> float:
    """Seconds of the first of two epochs, so that no test and no last epoch is in them."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(recipe_for(network, recipe), epochs=2)
        for event in fit(run, training, None, Path(folder)):
            if isinstance(event, EpochResult):
                return event.seconds
    raise AssertionError("no epoch ended")


def compare(network: str, training: mnist.Split, rounds: int) -> None:
    """Print a line for each loop, after `rounds` turns of them all."""
    loops: dict[str, Callable[[], float]] = {
        "ours, best": lambda: ours(network, training, "best"),
        "ours, original": lambda: ours(network, training, "original"),
        "plain, original": lambda: plain(network, training, False),
        "plain, original and distortion": lambda: plain(network, training, True),
    }
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, loop in loops.items():
            seconds[name].append(loop() * WHOLE / len(training))
    best = seconds["ours, best"]
    for name, values in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(best, values, strict=True))
        print(
            f"| {network} | {name} | {statistics.median(values):.1f}"
            f" | {min(values):.1f}–{max(values):.1f} | {ratio:.2f} × |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=12_800)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    training = mnist.load("train", mnist.TRAINING_FOLDER).first(chosen.images)
    print(f"PyTorch {torch.__version__}, {chosen.threads} threads, {chosen.rounds} rounds\n")
    print("| Network | Loop | s per epoch | Range | Ours (best) takes |")
    print("| --- | --- | ---: | ---: | ---: |")
    for network in ("avg", "max"):
        compare(network, training, chosen.rounds)


if __name__ == "__main__":
    main()
