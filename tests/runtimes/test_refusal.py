"""What onnxruntime does not open is said in one line, with what to type."""

import onnx
import onnx_models
import pytest

from bench.domain import Workload
from bench.errors import ModelError
from bench.models.files.describe import describe
from bench.runtimes.onnxruntime import plugin

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def newer(path, ir=None, opset=None):
    model = onnx.load(onnx_models.linear(path))
    model.ir_version = ir or model.ir_version
    model.opset_import[0].version = opset or model.opset_import[0].version
    path.write_bytes(model.SerializeToString())
    return path


def foreign(path):
    """An operator of a domain that the file imports, and nobody knows."""
    model = onnx.load(onnx_models.unknown_operator(path))
    model.opset_import.add(domain="nowhere", version=1)
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize(
    ("make", "said", "hint"),
    [
        (lambda path: newer(path, ir=99), "mine has IR version 99, and this", "--upgrade"),
        (lambda path: newer(path, opset=99), "mine uses opset 99 of ai.onnx, and", "--upgrade"),
        (foreign, "the operator nowhere:NoSuchOperator, which", "--trust"),
        (
            lambda path: onnx_models.one_operator(path, "MatMul", [onnx.TensorProto.BFLOAT16] * 2),
            "no kernel on cpu for a MatMul of mine with its types",
            "float32",
        ),
    ],
)
def test_what_is_too_new_or_unknown_is_one_line(tmp_path, make, said, hint):
    model = describe("mine", make(tmp_path / "m.onnx"))
    with pytest.raises(ModelError) as caught:
        plugin.open(model, "cpu", Workload(1, 1))
    assert said in caught.value.message and hint in caught.value.hint
    assert "onnxruntime_src" not in caught.value.message
