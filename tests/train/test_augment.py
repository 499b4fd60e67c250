"""Distortion does what it says, to each image differently, and nothing at strength 0."""

import pytest

torch = pytest.importorskip("torch")

from train import augment  # noqa: E402
from train.augment import NONE, Augmentation, distort  # noqa: E402

ALL = Augmentation(rotation=10, shift=0.08, scale=0.10, stretch=0.10, shear=10)


@pytest.fixture
def images():
    """A bright square of 8x8 pixels in the middle of each."""
    square = torch.zeros(64, 1, 28, 28)
    square[:, :, 10:18, 10:18] = 1
    return square


def centre(images):
    """Mean row and column of the brightness of each image, (N, 2), in pixels."""
    positions = torch.arange(images.shape[-1], dtype=torch.float32)
    total = images.sum((1, 2, 3))
    rows = (images.sum((1, 3)) * positions).sum(1) / total
    columns = (images.sum((1, 2)) * positions).sum(1) / total
    return torch.stack([rows, columns], 1)


def test_strength_zero_gives_the_images_back(images):
    assert distort(images, ALL, 0) is images
    assert distort(images, NONE) is images


def test_small_strength_changes_little(images):
    smooth = torch.nn.functional.avg_pool2d(images, 5, 1, 2)
    assert (distort(smooth, ALL, 1e-3) - smooth).abs().max() < 0.01


def test_shape_and_range_stay(images):
    result = distort(images, ALL)
    assert result.shape == images.shape
    assert result.min() >= 0
    assert result.max() <= 1 + 1e-6


def test_it_is_what_affine_grid_and_grid_sample_do(images):
    torch.manual_seed(3)
    ours = distort(images, ALL)
    torch.manual_seed(3)
    matrices = augment._matrices(len(images), ALL, 1.0, images.device)
    grid = torch.nn.functional.affine_grid(matrices, list(images.shape), align_corners=False)
    theirs = torch.nn.functional.grid_sample(images, grid, align_corners=False)
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_every_image_has_its_own_distortion(images):
    result = distort(images, ALL)
    assert len(torch.unique(result.flatten(1), dim=0)) == len(images)


def test_same_seed_same_distortion(images):
    first, second = (torch.manual_seed(7) and distort(images, ALL) for _ in range(2))
    assert torch.equal(first, second)


def test_shift_is_uniform_up_to_its_limit(images):
    many = images[:1].expand(2_000, -1, -1, -1)
    torch.manual_seed(0)
    moved = centre(distort(many, Augmentation(shift=0.1))) - centre(many)
    assert moved.abs().max() <= 2.8 + 1e-3
    assert moved.abs().max() > 2.7
    assert moved.std(0).tolist() == pytest.approx([2.8 / 3**0.5] * 2, rel=0.05)


def test_scale_changes_the_area(images):
    torch.manual_seed(0)
    area = distort(images, Augmentation(scale=0.1)).sum((1, 2, 3)) / images.sum((1, 2, 3))
    assert 0.9**2 * 0.97 < area.min() < 0.9
    assert 1.1 < area.max() < 1.1**2 * 1.03


def test_stretch_changes_height_against_width_and_keeps_the_area(images):
    torch.manual_seed(0)
    result = distort(images, Augmentation(stretch=0.1))
    heights, widths = (result.sum(dimension).amax(-1).flatten() / 8 for dimension in (2, 3))
    assert (heights * widths - 1).abs().max() < 0.05
    assert 0.88 < heights.min() < 0.93
    assert 1.07 < heights.max() < 1.12
    assert torch.allclose(centre(result), centre(images), atol=0.05)


def test_rotation_and_shear_keep_area_and_centre(images):
    for augmentation in (Augmentation(rotation=10), Augmentation(shear=10)):
        result = distort(images, augmentation)
        assert not torch.allclose(result, images, atol=0.1)
        assert torch.allclose(result.sum((1, 2, 3)), images.sum((1, 2, 3)), rtol=0.03)
        assert torch.allclose(centre(result), centre(images), atol=0.05)
