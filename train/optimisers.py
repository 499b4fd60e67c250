"""The optimisers of the recipes, with their learning rates over time."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from train.faster.orthogonal import orthogonalised
from train.recipes import Recipe


class Muon(Optimizer):
    """Momentum whose every update is turned into the nearest orthogonal matrix, or almost.

    For weights of two or more dimensions; all but the first are flattened. A step has the same size
    whatever the gradient's. Source: K. Jordan, "Muon", 2024. torch.optim.Muon takes only matrices,
    so it cannot train convolutions.
    """

    def __init__(self, weights: Iterable[Tensor], lr: float, momentum: float) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override] # without the closure: nothing here calls one
        """Move every weight against its momentum, by the same distance in every direction."""
        for group in self.param_groups:
            weights, momentum = group["params"], group["momentum"]
            gradients = [weight.grad for weight in weights]
            buffers = [self._buffer(weight) for weight in weights]
            torch._foreach_lerp_(buffers, gradients, 1 - momentum)
            updates = torch._foreach_lerp(gradients, buffers, momentum)  # Nesterov's look-ahead
            matrices = orthogonalised([update.flatten(1) for update in updates])
            directions = [
                matrix.view_as(weight) for matrix, weight in zip(matrices, weights, strict=True)
            ]
            torch._foreach_add_(weights, directions, alpha=-group["lr"])

    def _buffer(self, weight: Tensor) -> Tensor:
        state = self.state[weight]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(weight)
        buffer: Tensor = state["momentum_buffer"]
        return buffer


def optimisers_for(network: nn.Module, recipe: Recipe) -> list[Optimizer]:
    """The optimisers that together adjust every parameter of the network."""
    everything = list(network.parameters())
    decay = recipe.weight_decay
    if recipe.optimiser == "adam":
        chosen: list[Optimizer] = [Adam(everything, recipe.rate, weight_decay=decay, fused=True)]
    elif recipe.optimiser == "sgd":
        nesterov = recipe.schedule == "cosine"
        chosen = [SGD(everything, recipe.rate, recipe.momentum, 0, decay, nesterov, fused=True)]
    else:
        convolutions = [weight for weight in everything if weight.ndim == 4]
        rest = [weight for weight in everything if weight.ndim != 4]
        chosen = [
            Muon(convolutions, recipe.rate, recipe.momentum),
            AdamW(rest, recipe.rest_rate, weight_decay=decay, fused=True),
        ]
    for optimiser in chosen:
        for group in optimiser.param_groups:
            group["peak"] = group["lr"]
    return chosen


def set_rates(optimisers: list[Optimizer], factor: float) -> None:
    """Make every learning rate that share of its peak."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * factor


def rate_factor(recipe: Recipe, elapsed: float, epochs: int) -> float:
    """The share of the peak learning rate after `elapsed` of `epochs` epochs."""
    if recipe.schedule == "constant":
        return 1.0
    if recipe.schedule == "steps":
        return math.pow(0.1, elapsed // 7)
    progress = elapsed / epochs
    if progress < recipe.warmup:
        return progress / recipe.warmup
    return 0.5 * (1 + math.cos(math.pi * (progress - recipe.warmup) / (1 - recipe.warmup)))
