"""A model whose weights and activations are int8, with ranges taken from example inputs."""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import onnx

from bench.errors import ModelError
from bench.gist import gist
from bench.models.feed.arrays import Value
from bench.models.feed.inputs import Inputs
from bench.models.variants import files

RECIPE = "int8-1"  # changes when the same model would be quantised otherwise


def quantise(source: Path, destination: Path, calibration: Iterable[Inputs]) -> None:
    """Quantise the model at `source` statically and write it to `destination`.

    Weights get a scale for each output channel; an activation gets one scale, from the smallest and
    the largest value that it has on the `calibration` inputs, which are run one after the other.
    Quantised values stand between QuantizeLinear and DequantizeLinear nodes, which runtimes fuse.
    The same model and inputs give the same file. Raises ModelError for a file that cannot be read,
    quantised or written, and where there is nothing to quantise.
    """
    files.load(source)  # says what is wrong with a file in our words
    with files.folder_beside(destination) as folder, _quiet():
        try:
            proto = _quantised(source, folder, calibration)
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
        files.save(proto, folder / destination.name, RECIPE)


def _quantised(source: Path, folder: Path, calibration: Iterable[Inputs]) -> onnx.ModelProto:
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
