"""A PyTorch network as an ONNX model that shows the same layers."""

from collections.abc import Callable
from typing import Any

import onnx
import onnx_ir.passes.common as passes
import torch
from onnxscript import FLOAT
from onnxscript import opset20 as op
from torch import nn

OPSET = 20  # every runtime since onnxruntime 1.17 runs it; nothing newer is needed
INPUT, OUTPUT, BATCH = "image", "log_probabilities", "batch"


def to_onnx(network: nn.Module) -> onnx.ModelProto:
    """Turn a network into a model: one node per layer, without dropout, the batch size left open.

    The exporter's own optimisation stays off, since it folds BatchNorm into the convolution before
    it. That is each runtime's business, and part of what is measured.
    """
    example = torch.zeros(2, 1, 28, 28)  # 0 and 1 are sizes that the exporter treats as constants
    program = torch.onnx.export(
        network.eval(),
        (example,),
        dynamo=True,
        optimize=False,
        opset_version=OPSET,
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes=({0: BATCH},),
        custom_translation_table=_LAYERS,
        verbose=False,
    )
    assert program is not None  # as always with `dynamo`
    passes.RemoveUnusedNodesPass()(program.model)
    passes.ClearMetadataAndDocStringPass()(program.model)  # stack traces name folders
    return program.model_proto


def _average_pool(images: FLOAT, output_size: object) -> FLOAT:
    return op.GlobalAveragePool(images)


def _max_pool(images: FLOAT, output_size: object) -> tuple[FLOAT, FLOAT]:
    largest = op.GlobalMaxPool(images)
    return largest, largest  # the second would be where they are, which nothing asks for


def _flatten(images: FLOAT, shape: object) -> FLOAT:
    return op.Flatten(images, axis=1)


# By default the exporter writes reductions and computed reshapes, not the layers' own operators.
# The adaptive pools here all pool to 1x1, and the one view flattens what they return.
_LAYERS: dict[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.aten.adaptive_avg_pool2d.default: _average_pool,
    torch.ops.aten.adaptive_max_pool2d.default: _max_pool,
    torch.ops.aten.view.default: _flatten,
}
