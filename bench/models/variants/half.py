"""A model in float16 that still takes and gives float32."""

from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, numpy_helper

from bench.errors import ModelError
from bench.gist import gist
from bench.models.variants import files
from bench.models.variants.without_half import without_half

RECIPE = "fp16-3"  # changes when the same model would be converted otherwise
LARGEST = 65_504.0  # what float16 can hold (IEEE 754)


def halve(source: Path, destination: Path) -> tuple[str, ...]:
    """Convert the model at `source` to float16 and write it to `destination`.

    Casts stand behind the inputs and before the outputs, and around operators that have no float16
    form. Returns what must be known of the result, in sentences. Raises ModelError for a file that
    cannot be read, converted or written, and where there is nothing to convert.
    """
    # The converter is part of onnxruntime's wheel and needs nothing more.
    from onnxruntime.transformers.float16 import (
        ALWAYS_FLOAT_INPUTS,
        DEFAULT_OP_BLOCK_LIST,
        convert_float_to_float16,
    )

    proto = files.load(source)
    values = (*proto.graph.input, *proto.graph.output)
    weights = proto.graph.initializer
    floats = [tensor for tensor in weights if tensor.data_type == TensorProto.FLOAT]
    if not floats and all(_type(value) != TensorProto.FLOAT for value in values):
        raise ModelError(f"{source} has no float32 numbers.", "Run it without --precision fp16.")
    try:
        notes = _clipped(floats)
        half = convert_float_to_float16(
            proto,
            keep_io_types=True,
            op_block_list=[*DEFAULT_OP_BLOCK_LIST, *without_half(proto, ALWAYS_FLOAT_INPUTS)],
        )
    except Exception as error:  # whatever the converter meets in a graph that it does not expect
        raise ModelError(
            f"{source} cannot be converted to float16: {gist(error)}.",
            "Run it without --precision fp16, or convert it with its makers' tools.",
        ) from error
    _drop_twins(half.graph)
    with files.folder_beside(destination) as folder:
        files.save(half, folder / destination.name, RECIPE)
    return notes


def _drop_twins(graph: onnx.GraphProto) -> None:
    """Keep one of several casts of one tensor into one other.

    The converter of onnxruntime 1.30 writes a cast for each use of a tensor, all of one name, which
    no session takes.
    """
    made: set[str] = set()
    kept = []
    for node in graph.node:
        if node.op_type != "Cast" or node.output[0] not in made:
            kept.append(node)
        made.update(node.output)
    del graph.node[:]
    graph.node.extend(kept)


def _clipped(floats: list[TensorProto]) -> tuple[str, ...]:
    """How many weights are too large: the converter makes them the largest number that there is."""
    count, total = 0, 0
    for tensor in floats:
        values = numpy_helper.to_array(tensor)
        count += int((numpy.abs(values) > LARGEST).sum())
        total += values.size
    if not count:
        return ()
    return (
        f"{count} of {total} weights are larger than float16 can hold, and became {LARGEST:g}.",
    )


def _type(value: onnx.ValueInfoProto) -> int:
    return value.type.tensor_type.elem_type
