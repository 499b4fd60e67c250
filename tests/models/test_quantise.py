"""Models of old opsets, and models that are quantised already, become int8 or a sentence."""

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper, numpy_helper

from bench.errors import ModelError
from bench.models.outputs.plain import plain_session
from bench.models.variants.quantise import quantise

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
X = numpy.random.default_rng(1).standard_normal((20, 3)).astype("float32")
CALLS = [{"x": X}]


def linear(path, opset=17, ir_version=8):
    """`onnx_models.linear`; before IR version 4 weights are inputs too."""
    proto = onnx.load(onnx_models.linear(path, classes=8))
    proto.opset_import[0].version, proto.ir_version = opset, ir_version
    if ir_version < 4:
        for weight in proto.graph.initializer:
            named = helper.make_tensor_value_info(weight.name, TensorProto.FLOAT, weight.dims)
            proto.graph.input.append(named)
    onnx.save(proto, path)
    return path


@pytest.mark.parametrize(("opset", "ir_version"), [(7, 3), (11, 6), (17, 8)])
def test_scales_by_channel_are_made_for_old_opsets_too(tmp_path, opset, ir_version):
    source, target = linear(tmp_path / "m.onnx", opset, ir_version), tmp_path / "int8.onnx"
    quantise(source, target, CALLS)
    made = onnx.load(target)
    onnx.checker.check_model(made)
    assert any(node.op_type == "DequantizeLinear" for node in made.graph.node)
    expected, (ours,) = (
        onnx_models.linear_reference(X, 8),
        plain_session(target).run(None, {"x": X}),
    )
    assert 0 < abs(ours - expected).max() < 0.05 * expected.max()


@pytest.mark.parametrize("kind", ["QDQ", "QOperator", "dynamic"])
def test_what_is_quantised_already_is_not_quantised_again(tmp_path, kind):
    from onnxruntime import quantization

    source, made = linear(tmp_path / "m.onnx"), tmp_path / "made.onnx"
    if kind == "dynamic":
        quantization.quantize_dynamic(source, made)
    elif kind == "QDQ":
        quantise(source, made, CALLS)
    else:

        class Reader:
            left = iter(CALLS)

            def get_next(self):
                return next(self.left, None)

        quantization.quantize_static(
            source, made, Reader(), quant_format=quantization.QuantFormat.QOperator
        )
    with pytest.raises(ModelError, match="is quantised already: it has") as caught:
        quantise(made, tmp_path / "again.onnx", CALLS)
    assert "without --precision int8" in caught.value.hint
    assert not (tmp_path / "again.onnx").exists()


def test_a_reduced_range_has_weights_of_7_bits(tmp_path):
    source = linear(tmp_path / "m.onnx")
    largest = []
    for bits in (7, 8):
        quantise(source, tmp_path / "int8.onnx", CALLS, bits)
        weights = [
            numpy_helper.to_array(tensor)
            for tensor in onnx.load(tmp_path / "int8.onnx").graph.initializer
            if tensor.data_type == TensorProto.INT8 and len(tensor.dims) == 2
        ]
        largest.append(max(int(abs(array.astype(int)).max()) for array in weights))
    assert largest == [64, 127]
