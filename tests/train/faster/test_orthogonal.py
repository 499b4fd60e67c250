"""Matrices are turned into orthogonal ones as Muon's author does it."""

import pytest

torch = pytest.importorskip("torch")

from train.faster.orthogonal import orthogonalised  # noqa: E402


def test_orthogonalised_moves_singular_values_near_one():
    torch.manual_seed(0)
    shapes = (8, 9), (16, 72), (32, 288)
    results = orthogonalised([torch.randn(shape) * 1e-3 for shape in shapes])
    assert [tuple(result.shape) for result in results] == list(shapes)
    for values in map(torch.linalg.svdvals, results):
        assert values.min() > 0.6
        assert values.max() < 1.25


def test_orthogonalised_keeps_singular_vectors():
    matrix = torch.randn(8, 20)
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    (result,) = orthogonalised([matrix])
    inner = left.T @ result @ right.T
    assert torch.allclose(inner, torch.diag(inner.diag()), atol=1e-4)


def test_orthogonalised_is_the_iteration_of_its_author():
    torch.manual_seed(0)
    matrix = torch.randn(16, 72) @ torch.diag(torch.logspace(0, -4, 72))
    expected = matrix / matrix.norm()
    for _ in range(5):
        gram = expected @ expected.T
        expected = 3.4445 * expected + (-4.7750 * gram + 2.0315 * gram @ gram) @ expected
    (result, _) = orthogonalised([matrix, torch.randn(32, 288)])
    assert torch.allclose(result, expected, atol=1e-4)
