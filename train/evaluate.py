"""What a network says about images, with how often it is right."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from train.outcome import Mistake, Score

CHUNK = 250  # images at a time: the activations of more do not fit a cache


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
