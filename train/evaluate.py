"""What a network says about images, with how often it is right."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

CHUNK = 250  # images at a time: the activations of more do not fit a cache


@dataclass(frozen=True)
class Score:
    """Mean negative log-likelihood, correct answers and all answers."""

    loss: float
    correct: int
    total: int

    @property
    def accuracy(self) -> float:
        """Share of correct answers, 0 to 1."""
        return self.correct / self.total


@torch.no_grad()
def log_probabilities(network: nn.Module, images: Tensor) -> Tensor:
    """Log-probabilities (N, 10) of normalised images (N, 1, 28, 28), dropout off, in float32."""
    network.eval()
    return torch.cat([network(chunk) for chunk in images.split(CHUNK)])


def score(outputs: Tensor, labels: Tensor) -> Score:
    """Compare log-probabilities (N, 10) with labels (N,)."""
    correct = int((outputs.argmax(1) == labels).sum())
    return Score(float(functional.nll_loss(outputs, labels)), correct, len(labels))
