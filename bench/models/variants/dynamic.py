"""A model with int8 weights, whose activations are rounded by the range that each call has."""

from pathlib import Path

from bench.errors import ModelError
from bench.gist import gist
from bench.models.variants import files
from bench.models.variants.quantise import quiet, recent, unquantised
from bench.models.variants.quantised import quantised_by

RECIPE = "int8-dynamic-2"  # changes when the same model would be quantised otherwise
# Convolutions are left: onnxruntime's CPU provider has no kernel for int8 weights of theirs.
OPERATORS = ("MatMul", "Gemm", "LSTM", "Attention")


def quantise_dynamically(source: Path, destination: Path) -> tuple[str, ...]:
    """Quantise products of matrices of the model at `source` and write it to `destination`.

    It needs no example inputs. Returns what must be known of the result, in sentences. Raises
    ModelError for a file that cannot be read, converted, quantised or written, that is quantised
    already, and where there is nothing to quantise.
    """
    original = unquantised(source)
    weights = {tensor.name for tensor in original.graph.initializer}
    told = [value for value in original.graph.value_info if value.name not in weights]
    del original.graph.value_info[:]  # onnxruntime 1.31 turns weights round and keeps their shapes
    original.graph.value_info.extend(told)
    with files.folder_beside(destination) as folder, quiet():
        from onnxruntime.quantization import QuantType, quantize_dynamic

        made = folder / "dynamic.onnx"
        try:
            quantize_dynamic(
                recent(original, folder),
                made,
                op_types_to_quantize=[*OPERATORS],
                per_channel=True,
                weight_type=QuantType.QInt8,
            )
        except Exception as error:  # whatever the quantiser meets in a graph
            raise ModelError(
                f"{source} cannot be quantised: {gist(error)}.",
                "Run it without --precision int8-dynamic.",
            ) from error
        proto = files.load(made)
        if not quantised_by(node.op_type for node in proto.graph.node):
            raise ModelError(
                f"{source} has no product of matrices to be quantised at each call.",
                "Run it without --precision int8-dynamic.",
            )
        files.save(proto, folder / destination.name, RECIPE)
    return ("Convolutions stay float, and ranges are taken anew at each call.",)
