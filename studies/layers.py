"""Time our layers against PyTorch's own in training, as they stand in the networks, taking turns.

    python studies/layers.py [--batch 128] [--rounds 200] [--threads 2]

Microseconds of a forward and a backward pass, medians over the rounds, with the ratio of PyTorch's
time to ours. What is small enough to stay in a cache here may not be in a whole network; what a
step costs there is in `studies/training.py`.
"""

import argparse
import statistics
import time
from copy import deepcopy

import torch
from torch import Tensor, nn

from train.faster.layers import quicken

CASES: tuple[tuple[str, tuple[nn.Module, ...], tuple[int, int]], ...] = (
    ("batch normalisation, 8 channels", (nn.BatchNorm2d(8),), (8, 28)),
    ("dropout after the first block", (nn.Dropout(0.1),), (8, 14)),
    (
        "normalisation before average pooling",
        (nn.BatchNorm2d(32), nn.AdaptiveAvgPool2d(1)),
        (32, 7),
    ),
)


def seconds(layers: nn.Module, images: Tensor, precision: torch.dtype) -> float:
    """One forward and one backward pass, with a gradient whose layout is that of the outputs."""
    wanted = images, *layers.parameters()
    began = time.perf_counter()
    with torch.autocast("cpu", precision, enabled=precision == torch.bfloat16):
        outputs = layers(images)
    middle = time.perf_counter()
    gradient = torch.ones_like(outputs)
    resumed = time.perf_counter()
    torch.autograd.grad(outputs, wanted, gradient)
    return time.perf_counter() - resumed + middle - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.zeros(7 << 20)  # freed: glibc keeps memory from now on, as it does in a whole run
    print(f"PyTorch {torch.__version__}, {chosen.threads} threads, batch {chosen.batch}\n")
    print("| Layer | Precision | PyTorch, µs | Ours, µs | Ratio |")
    print("| --- | --- | ---: | ---: | ---: |")
    for name, layers, (channels, side) in CASES:
        theirs = nn.Sequential(*layers).to(memory_format=torch.channels_last)
        ours = deepcopy(theirs)
        quicken(ours)
        for precision in (torch.float32, torch.bfloat16):
            shape = chosen.batch, channels, side, side
            images = torch.randn(shape, dtype=precision).to(memory_format=torch.channels_last)
            images.requires_grad_()
            pairs = [
                (seconds(theirs, images, precision), seconds(ours, images, precision))
                for _ in range(chosen.rounds)
            ]
            before, now = (1e6 * statistics.median(column) for column in zip(*pairs, strict=True))
            print(
                f"| {name} | {str(precision).removeprefix('torch.')}"
                f" | {before:.0f} | {now:.0f} | {before / now:.1f} |"
            )


if __name__ == "__main__":
    main()
