"""A model whose weights and activations are int8, with ranges taken from example inputs."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Literal

import numpy
import onnx
from onnx import version_converter

from bench.errors import ModelError
from bench.gist import gist
from bench.models.feed.arrays import Value
from bench.models.feed.inputs import Inputs
from bench.models.variants import files
from bench.models.variants.graph import STANDARD
from bench.models.variants.prepare import outermost, prepare
from bench.models.variants.quantised import quantised_by

RECIPE = "int8-3"  # changes when the same model would be quantised otherwise

Static = Literal["int8", "int8-tensor", "int8-mixed", "int8-reduced"]
STAY = "their values are not finite on the example inputs, or their bias differs by row."
OLDEST_OPSET, OLDEST_IR = 13, 7  # the first with an axis of QuantizeLinear, and what it came with


def quantise(
    source: Path, destination: Path, calibration: Iterable[Inputs], kind: Static = "int8"
) -> tuple[str, ...]:
    """Quantise the model at `source` statically and write it to `destination`.

    Weights get a scale for each output channel; an activation gets one scale, from the smallest and
    the largest value that it has on the `calibration` inputs, which are run one after the other.
    The kind `int8-tensor` has one scale for each weight as a whole, `int8-mixed` leaves the first
    and the last layer with weights as they are, and `int8-reduced` has weights of 7 bits, which
    keep sums of products from saturating where a CPU has no VNNI.
    Quantised values stand between QuantizeLinear and DequantizeLinear nodes, which runtimes fuse.
    The same model and inputs give the same file. Scales by channel need opset 13: an older model is
    converted to it first. Nodes whose values are not finite on the calibration inputs, or that have
    another bias for each row, stay float. Returns what must be known of the result, in sentences.
    Raises ModelError for a file that cannot be read, converted, quantised or
    written, that is quantised already, and where there is nothing to quantise.
    """
    original = unquantised(source)
    with files.folder_beside(destination) as folder, quiet():
        try:
            proto, left = _quantised(recent(original, folder), folder, calibration, kind)
        except Exception as error:  # whatever the quantiser meets in a graph or its inputs
            raise ModelError(
                f"{source} cannot be quantised: {gist(error)}.",
                "Run it without --precision int8, or quantise it with its makers' tools.",
            ) from error
        if not any(node.op_type == "QuantizeLinear" for node in proto.graph.node):
            raise ModelError(
                f"{source} has no operator that can be quantised.",
                "Run it without --precision int8.",
            )
        files.save(proto, folder / destination.name, RECIPE + kind.removeprefix("int8"))
    return (f"{left} of its nodes stay float: {STAY}",) if left else ()


def unquantised(source: Path) -> onnx.ModelProto:
    """The model at `source`. Raises ModelError where it cannot be read or is quantised already."""
    original = files.load(source)  # says what is wrong with a file in our words
    if operator := quantised_by(node.op_type for node in original.graph.node):
        raise ModelError(
            f"{source} is quantised already: it has {operator}.",
            "Run it without --precision int8, beside the float model that it was made of.",
        )
    return original


def recent(original: onnx.ModelProto, folder: Path) -> Path:
    """The model as one file, in an opset that has scales by channel."""
    opset = next((used.version for used in original.opset_import if used.domain in STANDARD), 0)
    recent = original
    if opset < OLDEST_OPSET:
        recent = version_converter.convert_version(original, OLDEST_OPSET)
    if recent.ir_version < OLDEST_IR:  # the first ones want weights among the inputs
        weights = {tensor.name for tensor in recent.graph.initializer}
        inputs = [value for value in recent.graph.input if value.name not in weights]
        recent.ir_version = OLDEST_IR
        del recent.graph.input[:]
        recent.graph.input.extend(inputs)
    path = folder / "recent.onnx"
    onnx.save(recent, path)
    return path


def _quantised(
    source: Path, folder: Path, calibration: Iterable[Inputs], kind: Static
) -> tuple[onnx.ModelProto, int]:
    """The model with int8 weights and activations, and how many of its nodes stay as they are."""
    # It is part of onnxruntime's wheel and needs nothing more.
    from onnxruntime.quantization import QuantType, quant_pre_process
    from onnxruntime.quantization.calibrate import create_calibrator
    from onnxruntime.quantization.qdq_quantizer import QDQQuantizer
    from onnxruntime.quantization.quant_utils import load_model_with_shape_infer
    from onnxruntime.quantization.registry import QDQRegistry

    prepared = folder / "prepared.onnx"
    # Fuses what would otherwise be rounded twice. The symbolic inference of shapes needs sympy.
    quant_pre_process(source, prepared, skip_symbolic_shape=True)
    proto = onnx.load(prepared)
    left = prepare(proto)
    onnx.save(proto, prepared)
    # It has no int8 kernel anywhere: rounding its scales costs accuracy and gains nothing.
    operators = sorted(set(QDQRegistry) - {"BatchNormalization"})
    calibrator = create_calibrator(prepared, operators, str(folder / "augmented.onnx"))
    calibrator.collect_data(_Reader(calibration))
    ranges = calibrator.compute_data()
    endless = {name for name, each in ranges.items() if not numpy.isfinite(each.range_value).all()}
    for name in endless:
        del ranges.data[name]
    left |= {
        node.name
        for node in proto.graph.node
        if node.op_type in operators and not endless.isdisjoint([*node.input, *node.output])
    }
    kept = outermost(proto) if kind == "int8-mixed" else set()
    quantiser = QDQQuantizer(
        load_model_with_shape_infer(prepared),
        per_channel=kind != "int8-tensor",
        reduce_range=kind == "int8-reduced",
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QInt8,
        tensors_range=ranges,
        nodes_to_quantize=[],
        nodes_to_exclude=sorted(left | kept),
        op_types_to_quantize=operators,
        extra_options={},
    )
    quantiser.quantize_model()
    quantiser.model.topological_sort()
    quantised: onnx.ModelProto = quantiser.model.model
    return quantised, len(left)


class _Reader:
    """Calibration inputs, asked for one at a time; None at the end."""

    def __init__(self, calibration: Iterable[Inputs]) -> None:
        self._left = iter(calibration)

    def get_next(self) -> dict[str, Value] | None:
        inputs = next(self._left, None)
        return None if inputs is None else dict(inputs)


@contextmanager
def quiet() -> Iterator[None]:
    """Without what the quantiser and onnxruntime print, log and warn of for their own users."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with (
            redirect_stdout(StringIO()),
            redirect_stderr(StringIO()),
            warnings.catch_warnings(action="ignore"),
        ):
            yield
    finally:
        logging.disable(before)
