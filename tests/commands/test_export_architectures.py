"""`bench export` with names other than those of the two MNIST networks."""

import pytest

from bench.cli import main
from bench.console import messages, results

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")
pytest.importorskip("onnxscript")
onnxruntime = pytest.importorskip("onnxruntime")


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    """Fresh consoles, and an empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    for console in (messages, results):
        console.cache_clear()
    yield
    for console in (messages, results):
        console.cache_clear()


def test_a_classifier_of_torchvision_is_written_here_with_an_open_batch(tmp_path, capsys):
    assert main(["export", "torchvision:squeezenet1_1", "--seed", "2"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.startswith(
        "squeezenet1_1.onnx: images of 224×224, 1,235,496 parameters, opset 20, at most "
    )
    assert [path.name for path in tmp_path.iterdir()] == ["squeezenet1_1.onnx"]
    (model_input,) = onnxruntime.InferenceSession("squeezenet1_1.onnx").get_inputs()
    assert (model_input.name, model_input.shape) == ("image", ["batch", 3, 224, 224])


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["torchvision:resnet"], 1, "no image classifier named resnet"),
        (["torchvision:"], 1, "no image classifier named"),
        (["torchvision:resnet18", "--data-dir", "."], 2, "--data-dir is for avg and max"),
        (["torchvision:resnet18", "--weights", "w", "--seed", "1"], 2, "exclude each other"),
        (
            ["torchvision:squeezenet1_1", "--weights", "w.safetensors"],
            1,
            "w.safetensors does not exist",
        ),
        (["timm:resnet18"], 2, "There is no network called 'timm:resnet18'"),
        (["avg", "--seed", "1"], 2, "--seed is for torchvision's random weights"),
        (["avg"], 1, "avg.safetensors"),
    ],
)
def test_what_cannot_be_exported_is_a_sentence(arguments, code, sentence, tmp_path, capsys):
    assert main(["export", *arguments]) == code
    error = " ".join(capsys.readouterr().err.split())
    assert sentence in error
    assert "Traceback" not in error
    assert "hint:" in error
    assert list(tmp_path.iterdir()) == []
