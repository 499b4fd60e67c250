"""Batch normalisation that fills vectors of a CPU with the channels of several pixels."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

LANES = 64  # numbers side by side: whole vectors of every CPU
FEW = 16  # channels from which PyTorch's kernels are as fast


class BatchNorm(nn.BatchNorm2d):
    """PyTorch's layer; in training with few channels, last in memory, it takes a third of the time.

    PyTorch's kernels take the channels of one pixel at a time. Here they are given images whose
    pixels have `LANES` channels: those of neighbouring pixels side by side, as they lie in memory.
    """

    def forward(self, inputs: Tensor) -> Tensor:
        """Normalise images (N, C, H, W) by the mean and variance of each channel."""
        means, variances = self.running_mean, self.running_var
        batches = self.num_batches_tracked
        if (
            means is None
            or variances is None
            or batches is None
            or self.momentum is None
            or not self._fits(inputs)
        ):
            return super().forward(inputs)
        outputs: Tensor
        outputs, mean, variance = _Normalise.apply(inputs, self.weight, self.bias, self.eps)
        count = inputs.numel() // self.num_features
        batches.add_(1)
        means.lerp_(mean, self.momentum)
        variances.lerp_(variance * (count / (count - 1)), self.momentum)
        return outputs

    def _fits(self, inputs: Tensor) -> bool:
        return (
            self.training
            and self.num_features < FEW
            and LANES % self.num_features == 0
            and inputs.numel() % LANES == 0
            and inputs.is_contiguous(memory_format=torch.channels_last)
        )


class _Normalise(torch.autograd.Function):
    """Outputs with the mean and the biased variance (C,) of the inputs (N, C, H, W).

    Source: S. Ioffe and C. Szegedy, "Batch normalization", 2015, algorithm 1 and the gradients
    below it. Variances of lanes become that of a channel by the law of total variance.
    """

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, weight: Tensor, bias: Tensor, epsilon: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        lanes, channels = _lanes(inputs), len(weight)
        means, variances = torch.batch_norm_update_stats(lanes, None, None, 0.0)
        between, mean = torch.var_mean(means.view(-1, channels), 0, correction=0)
        variance = variances.view(-1, channels).mean(0) + between
        by_channel = torch.stack([weight, bias, mean, variance])
        weights, biases, means, variances = by_channel.repeat(1, LANES // channels)
        outputs, *_ = torch.native_batch_norm(
            lanes, weights, biases, means, variances, False, 0.0, epsilon
        )
        ctx.save_for_backward(inputs, weights, means, (variances + epsilon).rsqrt_())
        ctx.channels = channels
        ctx.mark_non_differentiable(mean, variance)
        return _images(outputs, inputs), mean, variance

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        inputs, weights, means, inverses = ctx.saved_tensors
        lanes, above = _lanes(inputs), _lanes(gradient)
        _, *sums = torch.ops.aten.native_batch_norm_backward(
            above, lanes, weights, None, None, means, inverses, True, 0.0, [False, True, True]
        )
        for_weight, for_bias = torch.stack(sums).view(2, -1, ctx.channels).sum(1)
        shares = torch.stack([for_weight, for_bias]) / (inputs.numel() // ctx.channels)
        along, common = shares.repeat(1, LANES // ctx.channels)
        # slope * (above - common - normalised * along), as a straight line in `lanes`
        slope = weights * inverses
        pull = slope * inverses * along
        offset = means * pull - slope * common
        below = torch.addcmul(_spread(offset), lanes, _spread(pull), value=-1)
        below.addcmul_(above, _spread(slope))
        return _images(below, inputs), for_weight, for_bias, None


def _lanes(images: Tensor) -> Tensor:
    """Images (N, C, H, W) with channels last as (M, LANES, 1, 1) in float32."""
    return images.permute(0, 2, 3, 1).reshape(-1, LANES, 1, 1).float()


def _images(lanes: Tensor, like: Tensor) -> Tensor:
    """Undo `_lanes`."""
    count, channels, height, width = like.shape
    return lanes.to(like.dtype).view(count, height, width, channels).permute(0, 3, 1, 2)


def _spread(values: Tensor) -> Tensor:
    """Values (LANES,) so that they go with images."""
    return values.view(-1, 1, 1)
