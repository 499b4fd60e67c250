"""Models of old opsets, and models that are quantised already, become int8 or a sentence."""

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper, numpy_helper

from bench.errors import ModelError
from bench.models.outputs.plain import plain_session
from bench.models.variants.dynamic import quantise_dynamically
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
    for kind in ("int8-reduced", "int8"):
        quantise(source, tmp_path / "int8.onnx", CALLS, kind)
        weights = [
            numpy_helper.to_array(tensor)
            for tensor in onnx.load(tmp_path / "int8.onnx").graph.initializer
            if tensor.data_type == TensorProto.INT8 and len(tensor.dims) == 2
        ]
        largest.append(max(int(abs(array.astype(int)).max()) for array in weights))
    assert largest == [64, 127]


def layers(path, count=3):
    """As many products of matrices one after the other, with Relu between them."""
    nodes, weights, value = [], [], "x"
    generator = numpy.random.default_rng(2)
    for number in range(count):
        out = "y" if number == count - 1 else f"v{number}"
        weights.append((f"w{number}", generator.standard_normal((3, 3)).astype("float32")))
        nodes.append(
            helper.make_node("MatMul", [value, f"w{number}"], [f"m{number}"], f"n{number}")
        )
        nodes.append(helper.make_node("Relu", [f"m{number}"], [out], f"r{number}"))
        value = out
    ranks = [("x", TensorProto.FLOAT, ["n", 3]), ("y", TensorProto.FLOAT, ["n", 3])]
    return onnx_models.write(path, nodes, [ranks[0]], [ranks[1]], weights, opset=17)


def rounded(path):
    """The weights that are int8, by name, with the scale of each."""
    graph = onnx.load(path).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return {
        node.input[0][:2]: constants[node.input[1]]
        for node in graph.node
        if node.op_type == "DequantizeLinear" and node.input[0].startswith("w")
    }


@pytest.mark.parametrize(
    ("kind", "weights", "scales"),
    [
        ("int8", {"w0", "w1", "w2"}, 3),
        ("int8-tensor", {"w0", "w1", "w2"}, 1),
        ("int8-mixed", {"w1"}, 3),
    ],
)
def test_a_kind_of_int8_has_its_scales_and_layers(tmp_path, kind, weights, scales):
    source, made = layers(tmp_path / "m.onnx"), tmp_path / "made.onnx"
    quantise(source, made, CALLS, kind)
    held = rounded(made)
    assert set(held) == weights
    assert {scale.size for scale in held.values()} == {scales}
    expected, ours = (plain_session(each).run(None, {"x": X})[0] for each in (source, made))
    assert 0 < abs(ours - expected).max() < 0.1 * expected.max()


def test_a_model_of_two_layers_has_nothing_between_them(tmp_path):
    source = layers(tmp_path / "m.onnx", count=2)
    with pytest.raises(ModelError, match="nothing lies between"):
        quantise(source, tmp_path / "made.onnx", CALLS, "int8-mixed")


def test_ranges_can_be_those_of_each_call(tmp_path):
    source, made = layers(tmp_path / "m.onnx"), tmp_path / "made.onnx"
    quantise_dynamically(source, made)
    operators = [node.op_type for node in onnx.load(made).graph.node]
    assert operators.count("MatMulInteger") == 3
    for inputs in (X, 100 * X):  # whatever the range
        expected, ours = (
            plain_session(each).run(None, {"x": inputs})[0] for each in (source, made)
        )
        assert 0 < abs(ours - expected).max() < 0.1 * expected.max()
    with pytest.raises(ModelError, match="is quantised already"):
        quantise_dynamically(made, tmp_path / "again.onnx")


def test_the_quantiser_is_not_told_the_shapes_of_weights_that_it_turns_round(tmp_path, monkeypatch):
    """onnxruntime 1.31 keeps them, and refuses the weights that it turned round for their shape."""
    from onnxruntime import quantization

    source, given = layers(tmp_path / "m.onnx"), []
    proto = onnx.load(source)
    weight = proto.graph.initializer[0]
    proto.graph.value_info.append(
        helper.make_tensor_value_info(weight.name, weight.data_type, list(weight.dims))
    )
    proto.graph.value_info.append(helper.make_tensor_value_info("kept", TensorProto.FLOAT, [1]))
    onnx.save(proto, source)
    quantize = quantization.quantize_dynamic
    monkeypatch.setattr(
        quantization,
        "quantize_dynamic",
        lambda path, *rest, **named: (
            given.append(onnx.load(path)) or quantize(path, *rest, **named)
        ),
    )
    quantise_dynamically(source, tmp_path / "made.onnx")
    assert [value.name for value in given[0].graph.value_info] == ["kept"]


def test_what_has_no_product_of_matrices_cannot_be_dynamic(tmp_path):
    node = helper.make_node("Relu", ["x"], ["y"])
    ranks = [("x", TensorProto.FLOAT, ["n", 3]), ("y", TensorProto.FLOAT, ["n", 3])]
    source = onnx_models.write(tmp_path / "m.onnx", [node], [ranks[0]], [ranks[1]], [], opset=17)
    with pytest.raises(ModelError, match="has no product of matrices"):
        quantise_dynamically(source, tmp_path / "made.onnx")
