"""Every type that onnxruntime takes goes into a session and comes out the same."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.runtimes.onnxruntime.values import is_plain, outputs_of, to_ort_value

onnxruntime = pytest.importorskip("onnxruntime")
ODD = ("BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "FLOAT16")


def through(path, inputs, options=None):
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    for name, value in inputs.items():
        binding.bind_ortvalue_input(name, to_ort_value(value))
    for output in session.get_outputs():
        binding.bind_output(output.name)
    session.run_with_iobinding(binding)
    return outputs_of(binding, lambda indices: [])


@pytest.mark.parametrize("kind", [*ODD, "INT64", "UINT8", "BOOL", "DOUBLE"])
def test_numbers_of_any_type_come_back_as_they_went_in(tmp_path, kind):
    number = TensorProto.DataType.Value(kind)
    array = numpy.array([1, 0, 0.5, 4]).astype(helper.tensor_dtype_to_np_dtype(number))
    path = onnx_models.one_operator(tmp_path / "m.onnx", "Identity", (number,), shape=(4,))
    (output,) = through(path, {"x0": array})
    assert output.dtype == array.dtype and output.tobytes() == array.tobytes()
    assert is_plain(array) == (kind not in ODD[:-1])


@pytest.mark.parametrize("kind", ["INT4", "UINT4"])
def test_half_bytes_are_packed_and_unpacked(tmp_path, kind):
    number = TensorProto.DataType.Value(kind)
    array = numpy.array([1, 7, 3]).astype(helper.tensor_dtype_to_np_dtype(number))
    nodes = [
        helper.make_node("DequantizeLinear", ["x", "one"], ["wide"]),
        helper.make_node("QuantizeLinear", ["wide", "one"], ["y"], output_dtype=number),
    ]
    weights = [("one", numpy.array(1, "float32"))]
    outputs = [("wide", TensorProto.FLOAT, [3]), ("y", number, [3])]
    path = onnx_models.write(
        tmp_path / "m.onnx", nodes, [("x", number, [3])], outputs, weights, opset=21
    )
    wide, packed = through(path, {"x": array})
    assert wide.tolist() == [1, 7, 3]
    assert packed.dtype == array.dtype and packed.tolist() == array.tolist()


def test_texts_of_any_length_come_back(tmp_path):
    texts = numpy.array([["", "é", "x" * 100]], object)
    path = onnx_models.one_operator(
        tmp_path / "m.onnx", "StringConcat", (TensorProto.STRING,) * 2, shape=(1, 3)
    )
    (output,) = through(path, {"x0": texts, "x1": texts})
    assert output.tolist() == [["", "éé", "x" * 200]]


@pytest.mark.parametrize("items", [[[1.0, 2.0], [3.0]], []])
def test_sequences_are_fed_and_come_back(tmp_path, items):
    import onnx

    name = tmp_path / "m.onnx"
    declared = (helper.make_tensor_sequence_value_info(name, 1, None) for name in "xy")
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])], "g", *([tensor] for tensor in declared)
    )
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), name)
    (output,) = through(name, {"x": [numpy.array(item, "float32") for item in items]})
    assert [array.tolist() for array in output] == items


def test_nothing_is_not_bound():
    with pytest.raises(ValueError, match="not bound"):
        to_ort_value(None)
