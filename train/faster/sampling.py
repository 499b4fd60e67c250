"""Where the pixels of distorted images are read, for all images in one matrix product."""

import torch
from torch import Tensor


def sampling_grid(matrices: Tensor, shape: tuple[int, int]) -> Tensor:
    """What `functional.affine_grid` gives without aligned corners: places (N, H, W, 2), -1 to 1.

    `matrices` (N, 2, 3) lead from output to input coordinates; `shape` is (H, W). PyTorch has a
    product for each image, which takes seven times as long on a CPU.
    """
    products = matrices.reshape(-1, 3) @ _centres(shape, matrices.device)
    return products.view(-1, 2, *shape).permute(0, 2, 3, 1)


def _centres(shape: tuple[int, int], device: torch.device) -> Tensor:
    """Homogeneous coordinates (3, H * W) of the centres of pixels; the image is from -1 to 1."""
    rows, columns = (
        (2 * torch.arange(count, device=device) + 1 - count) / count for count in shape
    )
    down, right = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([right, down, torch.ones(shape, device=device)]).flatten(1)
