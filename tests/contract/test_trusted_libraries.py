"""Libraries of custom operators are loaded when they are trusted, and only as they were then."""

import hashlib

import numpy
import onnx
import pytest
from onnx import TensorProto, helper

from bench import cli
from bench.domain import Model, Workload
from bench.errors import ModelError, OptionError

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
extensions = pytest.importorskip("onnxruntime_extensions")

from bench.runtimes.onnxruntime import plugin  # noqa: E402

X = numpy.array([[1, -2, 3, -4]], dtype="float32")


@pytest.fixture
def model(tmp_path):
    """Splits numbers into negative and positive ones, which is no operator of ONNX."""
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("NegPos", ["x"], ["neg", "pos"], domain="ai.onnx.contrib")],
        "g",
        [value("x", TensorProto.FLOAT, ["n", 4])],
        [value(name, TensorProto.FLOAT, ["n", 4]) for name in ("neg", "pos")],
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.contrib", 1)]
    path = tmp_path / "m.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), path)
    return path


@pytest.fixture
def library():
    return extensions.get_library_path()


def opened(path, trusted):
    plugin.load()
    return plugin.open(Model("m", str(path)), "cpu", Workload(1, 1, trusted=trusted))


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_without_trust_the_operator_is_unknown(model):
    with pytest.raises(ModelError, match="NegPos"):
        opened(model, {})


def test_a_trusted_library_brings_its_operators(model, library):
    session = opened(model, {library: digest(library)})
    session.bind({"x": X})()
    assert [each.tolist() for each in session.outputs()] == [[[0, -2, 0, -4]], [[1, 0, 3, 0]]]


def test_a_library_that_changed_or_is_none_is_a_sentence(model, library, tmp_path):
    with pytest.raises(OptionError, match="has changed since it was trusted"):
        opened(model, {library: "0" * 64})
    with pytest.raises(OptionError, match="cannot be loaded"):
        opened(model, {str(model): digest(model)})
    with pytest.raises(OptionError, match="cannot be loaded"):
        opened(model, {str(tmp_path / "gone.so"): "0" * 64})


def run(capsys, *arguments):
    code = cli.main(["profile", "--threads", "1", "--calls", "2", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_says_what_is_trusted(model, library, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, model, "--trust", library)
    assert code == 0
    assert f"trusted: {library}, SHA-256 {digest(library)}" in err
    assert "NegPos" in out
    assert run(capsys, model)[0] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--trust", "gone.so"], "gone.so is no file with a library"),
        (["--trust", "m.onnx", "-p", "openvino:cpu"], "--trust is for onnxruntime's providers"),
    ],
)
def test_words_that_cannot_be_meant(model, capsys, monkeypatch, tmp_path, arguments, said):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "m.onnx", *arguments)
    assert code == 2
    assert said in err
