"""`bench run --dataset` with what classifiers of other libraries answer, through real workers."""

import json

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench import cli
from bench.domain import effort
from bench.domain.effort import Effort

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
CLASSES = ("no", "perhaps", "yes")


@pytest.fixture
def counted(tmp_path, monkeypatch, capsys):
    """The outcomes of `bench run` with these arguments, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(effort.EFFORTS, "quick", Effort("tiny", 1, 1, 2, 1.0))

    def run(*arguments):
        cli.main(["run", "--quick", "--no-save", "--format", "json", *map(str, arguments)])
        return json.loads(capsys.readouterr().out)

    return run


def classifier(path, weights):
    """As sklearn-onnx writes it: a text, and a map of probabilities by text."""
    linear = helper.make_node(
        *("LinearClassifier", ["x"], ["label", "scores"]),
        domain="ai.onnx.ml",
        classlabels_strings=CLASSES,
        coefficients=weights.T.ravel().tolist(),
        intercepts=[0.0] * len(CLASSES),
        post_transform="SOFTMAX",
    )
    maps = helper.make_node(
        "ZipMap", ["scores"], ["maps"], domain="ai.onnx.ml", classlabels_strings=CLASSES
    )
    declared = onnx.ValueInfoProto(name="maps")
    kind = declared.type.sequence_type.elem_type.map_type
    kind.key_type, kind.value_type.tensor_type.elem_type = TensorProto.STRING, TensorProto.FLOAT
    label = helper.make_tensor_value_info("label", TensorProto.STRING, ["n"])
    graph = helper.make_graph(
        [linear, maps],
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
        [label, declared],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


def test_texts_and_maps_of_a_classifier_are_read(counted, tmp_path):
    generator = numpy.random.default_rng(1)
    weights, inputs = generator.standard_normal((4, 3)), generator.standard_normal((50, 4))
    inputs = inputs.astype("float32")
    labels = numpy.array(CLASSES)[(inputs @ weights).argmax(axis=1)]
    labels[:5] = "none of these"
    numpy.savez(tmp_path / "d.npz", inputs=inputs, labels=labels)
    (row,) = counted(classifier(tmp_path / "m.onnx", weights), "--dataset", "d.npz")["outcomes"]
    assert (row["accuracy"]["correct"], row["accuracy"]["total"]) == (45, 50)


def test_two_inputs_and_a_function_of_ones_own(counted, tmp_path):
    path = onnx_models.one_operator(tmp_path / "m.onnx", "Sub", (TensorProto.FLOAT,) * 2, ("n", 4))
    left = numpy.repeat(numpy.arange(6, dtype="float32")[:, None], 4, axis=1)
    labels = numpy.full(6, 2)
    numpy.savez(tmp_path / "d.npz", x0=left, x1=numpy.ones_like(left), labels=labels)
    (tmp_path / "mine.py").write_text(
        "def close(outputs, labels):\n    return abs(outputs['y'][:, 0] - labels) <= 1\n"
    )
    twice = [path, "--dataset", "d.npz", "--batch", "4"]
    (row,) = counted(*twice, "--metric", "mine:close")["outcomes"]
    assert row["accuracy"]["metric"] == "mine:close"
    assert (row["accuracy"]["correct"], row["accuracy"]["total"]) == (3, 6)


def test_numbers_are_held_against_targets_and_a_variant_against_its_original(counted, tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx", features=3, classes=2)
    inputs = numpy.random.default_rng(2).standard_normal((40, 3)).astype("float32")
    wanted = onnx_models.linear_reference(inputs) + 0.1
    numpy.savez(tmp_path / "d.npz", inputs=inputs, labels=wanted)
    wants = ("--metric", "regression", "--precision", "fp32,fp16", "--max-accuracy-drop", "1%")
    plain, half = counted(path, "--dataset", "d.npz", *wants)["outcomes"]
    errors = plain["accuracy"]["errors"]
    assert (plain["accuracy"]["correct"], errors["original"]) == (None, None)
    assert errors["mean"] == pytest.approx(0.1, rel=1e-3)
    value = 1 - 0.01 / ((wanted - wanted.mean(axis=0)) ** 2).mean()
    figures = plain["figures"]
    assert figures["accuracy"]["value"] == pytest.approx(value, abs=1e-4)
    assert figures["mae"]["value"] == errors["mean"]
    assert half["accuracy"]["errors"]["original"] == pytest.approx(errors["root_mean_square"])
    assert half["accuracy"]["disagreements"] == 0
