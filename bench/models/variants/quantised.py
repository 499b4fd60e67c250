"""Whether a model computes with integers of fewer bits already."""

from collections.abc import Iterable

_NAMES = ("QuantizeLinear", "DequantizeLinear", "MatMulNBits", "MatMulBnb4", "MatMulFpQ4", "QMoE")
_WITHIN = (
    "DynamicQuantize", "QLinear", "QOrdered", "MatMulInteger", "ConvInteger", "QGemm", "QAttention",
    "QEmbedLayerNormalization", "BlockQuantized",
)  # fmt: skip


def quantised_by(operators: Iterable[str]) -> str:
    """The first of these operators that quantises or takes quantised numbers, "" for none."""
    for operator in operators:
        name = operator.rpartition(".")[2]
        if name in _NAMES or any(part in name for part in _WITHIN):
            return name
    return ""
