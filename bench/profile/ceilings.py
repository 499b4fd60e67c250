"""Two tiny models that show what a target can do at best: a matrix product, and a copy."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

OPSET, IR_VERSION = 20, 10  # what older releases of onnxruntime read, too


@dataclass(frozen=True, slots=True)
class Size:
    """The side of the square matrices, and how many numbers are copied."""

    side: int
    numbers: int


ON_CPU = Size(1_024, 8 * 2**20)  # 2.1 GFLOP a product; 32 MiB, more than most caches hold
ON_GPU = Size(4_096, 64 * 2**20)  # 137 GFLOP; 256 MiB: all multiprocessors have work for a while


@dataclass(frozen=True, slots=True)
class Probe:
    """A model file with its inputs, and how much work a call of it is: operations or bytes."""

    path: Path
    inputs: Mapping[str, NDArray[Any]]
    work: float


def probes(folder: Path, size: Size) -> dict[str, Probe]:
    """Write both models to `folder`: `flops` multiplies by a constant, `bytes` negates.

    A product of matrices of side N takes 2 N³ operations; a negation reads and writes each number
    once, and no runtime can leave it out as it could a mere copy.
    """
    generator = numpy.random.default_rng(1)
    side, numbers = size.side, size.numbers
    weight = generator.standard_normal((side, side)).astype("float32")
    product = helper.make_node("MatMul", ["x", "w"], ["y"])
    copy = helper.make_node("Neg", ["x"], ["y"])
    return {
        "flops": _probe(folder / "product.onnx", product, (side, side), {"w": weight}, 2 * side**3),
        "bytes": _probe(folder / "copy.onnx", copy, (numbers,), {}, 2 * 4 * numbers),
    }


def _probe(
    path: Path,
    node: onnx.NodeProto,
    shape: tuple[int, ...],
    weights: Mapping[str, NDArray[Any]],
    work: float,
) -> Probe:
    graph = helper.make_graph(
        [node],
        "probe",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    opset = [helper.make_opsetid("", OPSET)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION), path)
    values = numpy.random.default_rng(2).standard_normal(shape).astype("float32")
    return Probe(path, {"x": values}, work)
