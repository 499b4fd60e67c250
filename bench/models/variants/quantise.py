"""A model whose weights and activations are int8, with ranges taken from example inputs."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Literal

import onnx
from onnx import version_converter

from bench.errors import ModelError
from bench.gist import gist
from bench.models.feed.arrays import Value
from bench.models.feed.inputs import Inputs
from bench.models.variants import files
from bench.models.variants.graph import STANDARD
from bench.models.variants.quantised import quantised_by

RECIPE = "int8-2"  # changes when the same model would be quantised otherwise

OLDEST_OPSET, OLDEST_IR = 13, 7  # the first with an axis of QuantizeLinear, and what it came with


def quantise(
    source: Path, destination: Path, calibration: Iterable[Inputs], bits: Literal[7, 8] = 8
) -> None:
    """Quantise the model at `source` statically and write it to `destination`.

    Weights get a scale for each output channel; an activation gets one scale, from the smallest and
    the largest value that it has on the `calibration` inputs, which are run one after the other.
    Weights of 7 `bits` keep sums of products from saturating where a CPU has no VNNI.
    Quantised values stand between QuantizeLinear and DequantizeLinear nodes, which runtimes fuse.
    The same model and inputs give the same file. Scales by channel need opset 13: an older model is
    converted to it first. Raises ModelError for a file that cannot be read, converted, quantised or
    written, that is quantised already, and where there is nothing to quantise.
    """
    original = files.load(source)  # says what is wrong with a file in our words
    if operator := quantised_by(node.op_type for node in original.graph.node):
        raise ModelError(
            f"{source} is quantised already: it has {operator}.",
            "Run it without --precision int8, beside the float model that it was made of.",
        )
    with files.folder_beside(destination) as folder, _quiet():
        try:
            recent = _recent(original, source, folder)
            proto = _quantised(recent, folder, calibration, bits)
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
        recipe = RECIPE if bits == 8 else f"{RECIPE}-reduced"
        files.save(proto, folder / destination.name, recipe)


def _recent(original: onnx.ModelProto, source: Path, folder: Path) -> Path:
    """The model in an opset that has scales by channel, `source` itself where it is."""
    opset = next((used.version for used in original.opset_import if used.domain in STANDARD), 0)
    if opset >= OLDEST_OPSET:
        return source
    converted = version_converter.convert_version(original, OLDEST_OPSET)
    if converted.ir_version < OLDEST_IR:  # the first ones want weights among the inputs
        weights = {tensor.name for tensor in converted.graph.initializer}
        inputs = [value for value in converted.graph.input if value.name not in weights]
        converted.ir_version = OLDEST_IR
        del converted.graph.input[:]
        converted.graph.input.extend(inputs)
    path = folder / "converted.onnx"
    onnx.save(converted, path)
    return path


def _quantised(
    source: Path, folder: Path, calibration: Iterable[Inputs], bits: Literal[7, 8]
) -> onnx.ModelProto:
    # It is part of onnxruntime's wheel and needs nothing more.
    from onnxruntime.quantization import (
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quant_pre_process,
        quantize_static,
    )
    from onnxruntime.quantization.registry import QDQRegistry

    prepared, quantised = folder / "prepared.onnx", folder / "quantised.onnx"
    # Fuses what would otherwise be rounded twice. The symbolic inference of shapes needs sympy.
    quant_pre_process(source, prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared,
        quantised,
        _Reader(calibration),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QInt8,
        weight_type=QuantType.QInt8,
        reduce_range=bits == 7,
        calibrate_method=CalibrationMethod.MinMax,
        # It has no int8 kernel anywhere: rounding its scales costs accuracy and gains nothing.
        op_types_to_quantize=sorted(set(QDQRegistry) - {"BatchNormalization"}),
    )
    return onnx.load(quantised)


class _Reader:
    """Calibration inputs, asked for one at a time; None at the end."""

    def __init__(self, calibration: Iterable[Inputs]) -> None:
        self._left = iter(calibration)

    def get_next(self) -> dict[str, Value] | None:
        inputs = next(self._left, None)
        return None if inputs is None else dict(inputs)


@contextmanager
def _quiet() -> Iterator[None]:
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
