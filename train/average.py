"""The network that is kept: a running average of the one that is trained."""

from copy import deepcopy

import torch
from torch import Tensor, nn

CHUNK = 500  # images: enough to have nearly the statistics of them all, few enough for a cache


class WeightAverage:
    """An exponential average of a network's parameters; with decay 0 it is the network itself."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = deepcopy(network).eval()
        self.decay = decay
        self._averages: list[Tensor] = list(self.network.parameters())

    @torch.no_grad()
    def update(self, parameters: list[Tensor]) -> None:
        """Move every averaged parameter a step towards the present one."""
        torch._foreach_lerp_(self._averages, parameters, 1 - self.decay)

    @torch.no_grad()
    def settle(self, network: nn.Module, images: Tensor) -> None:
        """Give the averaged weights their BatchNorm statistics.

        Those of the trained network belong to other weights and to augmented images, so they are
        computed again from `images` (N, 1, 28, 28); with none of them, the trained network's stay.
        """
        if len(images):
            recalibrate(self.network, images)
            return
        for average, present in zip(self.network.buffers(), network.buffers(), strict=True):
            average.copy_(present)


@torch.no_grad()
def recalibrate(network: nn.Module, images: Tensor) -> None:
    """Replace the BatchNorm statistics by the mean of those of chunks of `images`.

    Only BatchNorm is in training mode meanwhile: with dropout, which widens the distributions,
    the statistics would not be those of inference. `torch.optim.swa_utils.update_bn` has it on.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    momentums = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # a plain mean over the chunks
        layer.train()
    for chunk in images.split(CHUNK):
        network(chunk)
    for layer, momentum in zip(layers, momentums, strict=True):
        layer.momentum = momentum
        layer.eval()
