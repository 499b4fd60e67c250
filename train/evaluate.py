"""What a network says about images, with how often it is right."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from train.outcome import Mistake

CHUNK = 250  # images at a time: the activations of more do not fit a cache


@dataclass(frozen=True)
class Score:
    """Mean negative log-likelihood, the images taken for others, and all by label."""

    loss: float
    mistakes: tuple[Mistake, ...]
    counts: tuple[int, ...]  # images by label

    @property
    def total(self) -> int:
        """All images."""
        return sum(self.counts)

    @property
    def correct(self) -> int:
        """How many answers are right."""
        return self.total - len(self.mistakes)

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
    answers = outputs.argmax(1)
    wrong = (answers != labels).nonzero()[:, 0]
    table = torch.stack([wrong, labels[wrong], answers[wrong]], 1).tolist()
    loss = float(functional.nll_loss(outputs, labels))
    counts = torch.bincount(labels, minlength=outputs.shape[1]).tolist()
    return Score(loss, tuple(Mistake(*row) for row in table), tuple(counts))
