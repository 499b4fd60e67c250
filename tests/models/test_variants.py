"""Variants of the bundled networks on all test images, and of models that cannot have one."""

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.accuracy.answers import answers
from bench.accuracy.metric import Metric
from bench.accuracy.outputs import Outputs
from bench.accuracy.paired import pair
from bench.errors import ModelError
from bench.models.catalog import exported_folder
from bench.models.feed.dataset import open_dataset
from bench.models.variants import check
from bench.models.variants.half import halve
from bench.models.variants.optimise import optimise
from bench.models.variants.quantise import quantise
from train import mnist

onnxruntime = pytest.importorskip("onnxruntime")

NETWORKS = ("avg", "max")


@pytest.fixture(scope="module")
def dataset():
    return open_dataset("mnist")


@pytest.fixture(scope="module")
def calibration():
    """The first 500 training images; no test image."""
    images = mnist.load("train", mnist.TRAINING_FOLDER).first(500).images
    return [{"image": mnist.normalise(images[start : start + 100])} for start in range(0, 500, 100)]


def scores(path, dataset):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    chunks = [dataset.batch(start, 1_000) for start in range(0, 10_000, 1_000)]
    return numpy.concatenate([session.run(None, {"image": chunk})[0] for chunk in chunks])


def against_original(network, variant, dataset):
    first, second = (
        answers(Outputs(numbers=scores(path, dataset)), dataset.labels, Metric())
        for path in (exported_folder() / f"{network}.onnx", variant)
    )
    return pair(first, second)


def properties(path):
    return {entry.key: entry.value for entry in onnx.load(path).metadata_props}


@pytest.mark.parametrize("network", NETWORKS)
def test_the_rewritten_network_gives_the_same_answers(network, dataset, tmp_path):
    source, target = exported_folder() / f"{network}.onnx", tmp_path / "optimised.onnx"
    assert optimise(source, target).done
    inputs = [{"image": dataset.batch(start, 500)} for start in (0, 500)]
    assert check.objection(check.compare(source, target, inputs)) is None
    assert against_original(network, target, dataset).changed == 0
    assert properties(target)["onnx-bench.network"] == network
    assert properties(target)["onnx-bench.variant"] == "optimised-1"


def test_the_last_normalisation_and_both_linear_layers_of_avg_become_one(tmp_path):
    optimise(exported_folder() / "avg.onnx", tmp_path / "avg.onnx")
    proto = onnx.load(tmp_path / "avg.onnx")
    last = [node.op_type for node in proto.graph.node][-4:]
    assert last == ["GlobalAveragePool", "Flatten", "Gemm", "LogSoftmax"]
    (gemm,) = (node for node in proto.graph.node if node.op_type == "Gemm")
    shapes = {tensor.name: list(tensor.dims) for tensor in proto.graph.initializer}
    assert shapes[gemm.input[1]] == [10, 32]
    used = {name for node in proto.graph.node for name in node.input}
    assert set(shapes) <= used


def test_nothing_is_left_to_normalise_in_max(tmp_path):
    assert optimise(exported_folder() / "max.onnx", tmp_path / "max.onnx").left == ()


@pytest.mark.parametrize("network", NETWORKS)
def test_half_precision_changes_hardly_an_answer(network, dataset, tmp_path):
    target = tmp_path / "half.onnx"
    assert halve(exported_folder() / f"{network}.onnx", target) == ()
    assert against_original(network, target, dataset).changed <= 5
    proto = onnx.load(target)
    assert {tensor.data_type for tensor in proto.graph.initializer} == {TensorProto.FLOAT16}
    ends = (*proto.graph.input, *proto.graph.output)
    assert {value.type.tensor_type.elem_type for value in ends} == {TensorProto.FLOAT}
    assert target.stat().st_size < 0.8 * (exported_folder() / f"{network}.onnx").stat().st_size


@pytest.mark.parametrize("network", NETWORKS)
def test_int8_changes_few_answers(network, dataset, calibration, tmp_path):
    target = tmp_path / "int8.onnx"
    quantise(exported_folder() / f"{network}.onnx", target, calibration)
    paired = against_original(network, target, dataset)
    assert paired.changed <= 30
    assert abs(paired.lost - paired.gained) <= 0.002 * len(dataset.labels)
    proto = onnx.load(target)
    tensors = {tensor.name: tensor for tensor in proto.graph.initializer}
    read = {node.output[0]: node for node in proto.graph.node}
    for node in proto.graph.node:
        if node.op_type == "Conv":
            quantised = read[node.input[1]]
            assert quantised.op_type == "DequantizeLinear"
            assert tensors[quantised.input[0]].data_type == TensorProto.INT8
            channels = tensors[quantised.input[0]].dims[0]
            assert list(tensors[quantised.input[1]].dims) == [channels]
    assert [path.name for path in tmp_path.iterdir()] == ["int8.onnx"]


def test_int8_is_the_same_file_every_time(calibration, tmp_path):
    for name in ("first.onnx", "second.onnx"):
        quantise(exported_folder() / "max.onnx", tmp_path / name, calibration)
    assert (tmp_path / "first.onnx").read_bytes() == (tmp_path / "second.onnx").read_bytes()


def test_int8_depends_on_the_calibration(calibration, tmp_path):
    quantise(exported_folder() / "max.onnx", tmp_path / "first.onnx", calibration)
    quantise(exported_folder() / "max.onnx", tmp_path / "second.onnx", calibration[:1])
    assert (tmp_path / "first.onnx").read_bytes() != (tmp_path / "second.onnx").read_bytes()


def test_a_variant_of_a_variant_names_both(calibration, tmp_path):
    optimise(exported_folder() / "avg.onnx", tmp_path / "optimised.onnx")
    quantise(tmp_path / "optimised.onnx", tmp_path / "int8.onnx", calibration[:1])
    assert properties(tmp_path / "int8.onnx")["onnx-bench.variant"] == "optimised-1, int8-3"


def test_weights_that_float16_cannot_hold_are_counted(tmp_path):
    weights = [("w", numpy.array([1e6, -7e4, 0.0, 1e-9], dtype="float32"))]
    node = helper.make_node("Add", ["x", "w"], ["y"])
    ends = [[(name, TensorProto.FLOAT, ["batch", 4])] for name in "xy"]
    source = onnx_models.write(tmp_path / "m.onnx", [node], *ends, weights)
    (note,) = halve(source, tmp_path / "half.onnx")
    assert note.startswith("2 of 4 weights are larger than float16 can hold")


def make(kind, source, target):
    if kind == "int8":
        quantise(source, target, [{"x": numpy.zeros((1, 4), "float32")}])
    else:
        {"fp16": halve, "optimised": optimise}[kind](source, target)


@pytest.mark.parametrize("kind", ["fp16", "int8", "optimised"])
def test_a_damaged_file_is_a_sentence_and_leaves_nothing(kind, tmp_path):
    source = tmp_path / "broken.onnx"
    source.write_bytes(b"\x08\xff no model")
    with pytest.raises(ModelError, match="cannot be read"):
        make(kind, source, tmp_path / "made" / "out.onnx")
    assert list(tmp_path.rglob("*out*")) == []


@pytest.mark.parametrize("kind", ["fp16", "int8"])
def test_nothing_to_convert_is_a_sentence_and_leaves_nothing(kind, tmp_path):
    source = onnx_models.one_operator(tmp_path / "m.onnx", "Neg", (TensorProto.INT64,))
    with pytest.raises(ModelError, match=r"cannot be quantised|has no"):
        make(kind, source, tmp_path / "out.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]


def test_an_operator_that_nothing_can_run_is_a_sentence(tmp_path):
    onnx_models.unknown_operator(tmp_path / "m.onnx")
    with pytest.raises(ModelError, match="cannot be quantised"):
        make("int8", tmp_path / "m.onnx", tmp_path / "out.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]


@pytest.mark.parametrize("kind", ["fp16", "optimised"])
def test_a_damaged_text_is_a_sentence(kind, tmp_path):
    source = tmp_path / "m.onnx"
    onnx_models.linear(source, metadata={"note": "legible"})
    source.write_bytes(source.read_bytes().replace(b"legible", b"leg\xff\xfele"))
    with pytest.raises(ModelError, match=r"not UTF-8|cannot be read|cannot be rewritten"):
        make(kind, source, tmp_path / "out.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]


def test_making_int8_prints_nothing(calibration, tmp_path, capfd, recwarn):
    quantise(exported_folder() / "avg.onnx", tmp_path / "int8.onnx", calibration[:1])
    assert capfd.readouterr() == ("", "")
    assert list(recwarn) == []


def test_a_failure_keeps_the_variant_that_was_there(tmp_path):
    target = tmp_path / "out.onnx"
    target.write_bytes(b"old")
    onnx_models.unknown_operator(tmp_path / "m.onnx")
    with pytest.raises(ModelError):
        make("int8", tmp_path / "m.onnx", target)
    assert target.read_bytes() == b"old"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="cannot be written"):
        optimise(exported_folder() / "max.onnx", tmp_path / "file" / "out.onnx")


@pytest.mark.parametrize("outputs", ["other", "nan"])
def test_the_check_finds_a_variant_that_differs(outputs, tmp_path):
    source = onnx_models.linear(tmp_path / "m.onnx")
    proto = onnx.load(source)
    weights = onnx.numpy_helper.to_array(proto.graph.initializer[0]).copy()
    weights[0, 0] = numpy.nan if outputs == "nan" else weights[0, 0] + 10
    name = proto.graph.initializer[0].name
    proto.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(weights, name))
    onnx.save(proto, tmp_path / "other.onnx")
    inputs = [{"x": numpy.ones((2, 3), "float32")}]
    assert check.objection(check.compare(source, source, inputs)) is None
    agreed = check.compare(source, tmp_path / "other.onnx", inputs)
    assert "differ from the original's" in check.objection(agreed)
