"""The orthogonal matrices nearest to several matrices at once, or almost."""

from collections.abc import Sequence

import torch
from torch import Tensor


def orthogonalised(matrices: Sequence[Tensor]) -> list[Tensor]:
    """Move all singular values of matrices (no taller than wide) to between about 0.7 and 1.2.

    Five Newton-Schulz iterations with the quintic of Muon's author, which is steep at 0 rather than
    exact at 1: a X + b (X X') X + c (X X')^2 X maps each singular value of X alone. That is a
    polynomial in X X' times X, so the iterations are of those small squares, all matrices at once,
    padded with zeros; the long sides are multiplied twice instead of ten times.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    heights, widths = zip(*(matrix.shape for matrix in matrices), strict=True)
    padded = matrices[0].new_zeros(len(matrices), max(heights), max(widths))
    for room, matrix in zip(padded, matrices, strict=True):
        room[: matrix.shape[0], : matrix.shape[1]] = matrix
    padded /= torch.linalg.matrix_norm(padded, keepdim=True) + 1e-7
    gram = padded @ padded.mT
    identity = torch.eye(max(heights), device=gram.device)
    product = identity.expand_as(gram)
    for _ in range(5):
        factor = torch.baddbmm(gram, gram, gram, beta=b, alpha=c).add_(identity, alpha=a)
        product = factor @ product
        gram = factor @ gram @ factor
    sizes = zip(product @ padded, heights, widths, strict=True)
    return [result[:height, :width] for result, height, width in sizes]
