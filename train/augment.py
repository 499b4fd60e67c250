"""Random affine distortion of a whole batch of images at once."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from train.faster.sampling import sampling_grid


@dataclass(frozen=True)
class Augmentation:
    """The largest distortion in either direction; each image draws its own, uniformly."""

    rotation: float = 0.0  # degrees
    shift: float = 0.0  # share of the side, along each axis
    scale: float = 0.0  # 0.1 means 0.9 to 1.1 times the size
    stretch: float = 0.0  # 0.1 means 0.9 to 1.1 times the height, with the width divided by that
    shear: float = 0.0  # degrees, along the rows


NONE = Augmentation()


def distort(images: Tensor, augmentation: Augmentation, strength: float = 1.0) -> Tensor:
    """Distort float images (N, C, H, W) whose background is 0, with bilinear interpolation.

    `strength` multiplies every limit; 0 gives the images back. Values stay inside the range that
    the images and 0, which fills what moves in from outside, span. Random numbers come from
    torch's global generator of the images' device.
    """
    if strength == 0 or augmentation == NONE:
        return images
    matrices = _matrices(len(images), augmentation, strength, images.device)
    grid = sampling_grid(matrices, (images.shape[2], images.shape[3]))
    return functional.grid_sample(images, grid, align_corners=False)


def _matrices(
    count: int, augmentation: Augmentation, strength: float, device: torch.device
) -> Tensor:
    """Random matrices (count, 2, 3) from output to input coordinates, both from -1 to 1.

    Each is a rotation times a shear, stretched and divided by the scale, beside the shift.
    """
    limits = [
        math.radians(augmentation.rotation),
        math.radians(augmentation.shear),
        augmentation.scale,
        augmentation.stretch,
        2 * augmentation.shift,  # the side is 2 long in these coordinates
        2 * augmentation.shift,
    ]
    draws = torch.rand(len(limits), count, device=device) * 2 - 1
    draws *= strength * torch.tensor(limits, device=device)[:, None]
    angle, slant, growth, stretch, right, down = draws
    cosine, sine, slope = angle.cos(), angle.sin(), slant.tan()
    width, height = (1 + growth) / (1 + stretch), (1 + growth) * (1 + stretch)
    across = cosine / width, (cosine * slope - sine) / width, right
    along = sine / height, (sine * slope + cosine) / height, down
    return torch.stack([*across, *along], 1).view(-1, 2, 3)
