"""PyTorch's layers, computed faster in training where its CPU kernels are slow for few channels."""

import torch
from torch import Tensor, nn

from train.faster.batch_norm import BatchNorm

DRAWS = 1 << 16  # values of a random number of 16 bits


def quicken(network: nn.Sequential) -> None:
    """Have the network's layers compute the same faster, when it trains on a CPU.

    Parameters, buffers and what the layers compute stay as they are, but for rounding and for the
    order of random numbers. `studies/layers.py` times each layer against PyTorch's own.
    """
    for layer in network:
        # Only `forward` differs, so the state that the layer has is that of its new class.
        layer.__class__ = _FASTER.get(type(layer), type(layer))
        if isinstance(layer, nn.ReLU):
            layer.inplace = True  # what is overwritten is needed by none of our layers' gradients


class Dropout(nn.Dropout):
    """Draws 16 random bits for each number instead of a float: its probability is n / 65,536."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Numbers in any shape, each dropped or divided by the share that is kept."""
        dropped = round(self.p * DRAWS)
        if not self.training or not 0 < dropped < DRAWS:
            return super().forward(inputs)
        scale = torch.empty_like(inputs)
        in_memory = scale.as_strided((scale.numel(),), (1,))  # whatever the order of dimensions
        words = torch.empty(-(-scale.numel() // 4), dtype=torch.int64).random_(-(1 << 63), None)
        bits = words.view(torch.int16)[: scale.numel()]
        torch.ge(bits, dropped - DRAWS // 2, out=in_memory)  # 1 or 0, as the numbers are signed
        scale *= DRAWS / (DRAWS - dropped)
        return inputs * scale


class AveragePool(nn.AdaptiveAvgPool2d):
    """Its gradient is channels last, as the layers below need it; PyTorch's must be rearranged."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Means (N, C, 1, 1) of images (N, C, H, W)."""
        if self.output_size != 1:
            return super().forward(inputs)
        return inputs.permute(0, 2, 3, 1).mean((1, 2))[:, :, None, None]


_FASTER: dict[type[nn.Module], type[nn.Module]] = {
    nn.BatchNorm2d: BatchNorm,
    nn.Dropout: Dropout,
    nn.AdaptiveAvgPool2d: AveragePool,
}
