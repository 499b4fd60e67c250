"""Exports of torchvision's classifiers, on a small one of our own and a small one of theirs."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")
onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

from safetensors.torch import save_file  # noqa: E402

from bench.errors import AccuracyGateFailed, BenchError, ModelError  # noqa: E402
from bench.models import torchvision as exporter  # noqa: E402


class Small(torch.nn.Sequential):
    """Has what torchvision's have: normalisation, and a last layer that starts as zeros."""

    def __init__(self):
        super().__init__(
            torch.nn.Conv2d(3, 4, 3),
            torch.nn.BatchNorm2d(4),
            torch.nn.ReLU(),
            torch.nn.AdaptiveAvgPool2d(1),
            torch.nn.Flatten(),
            torch.nn.Dropout(0.5),
            torch.nn.Linear(4, 5),
        )
        torch.nn.init.zeros_(self[-1].weight)
        torch.nn.init.zeros_(self[-1].bias)


@pytest.fixture
def small(monkeypatch):
    """The name of an architecture that is quickly exported."""
    monkeypatch.setattr(torchvision.models, "get_model", lambda name, weights: Small())
    monkeypatch.setattr(exporter, "_image_size", lambda name: 16)
    return "small"


def run(path, images):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["scores"], {"image": images})[0]


def images(count, size=16):
    return np.random.default_rng(0).standard_normal((count, 3, size, size)).astype("float32")


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_random_weights_let_every_layer_show_and_suit_the_batch(small, tmp_path):
    made = exporter.export(small, tmp_path / "new", seed=3)
    assert (made.path, made.size) == (tmp_path / "new" / "small.onnx", 16)
    assert made.difference <= 1e-3 * made.spread
    assert files(tmp_path / "new") == ["small.onnx"]
    scores = run(made.path, images(7))
    assert scores.shape == (7, 5)
    assert scores.std(axis=0).min() > 1e-3  # the zeros are gone
    properties = {entry.key: entry.value for entry in onnx.load(made.path).metadata_props}
    assert properties["onnx-bench.architecture"] == "torchvision:small"
    assert properties["onnx-bench.weights"] == "random, seed 3"
    assert str(exporter.__file__).rsplit("/", 2)[0].encode() not in made.path.read_bytes()


def test_the_seed_decides_and_leaves_pytorch_as_it_was(small, tmp_path):
    state = torch.get_rng_state()
    written = [
        exporter.export(small, tmp_path / str(number), seed=seed).path.read_bytes()
        for number, seed in enumerate((1, 1, 2))
    ]
    assert written[0] == written[1] != written[2]
    assert torch.equal(torch.get_rng_state(), state)


def test_given_weights_are_what_is_exported(small, tmp_path):
    module = Small().eval()
    torch.nn.init.normal_(module[-1].weight)
    save_file(module.state_dict(), tmp_path / "own.safetensors")
    made = exporter.export(small, tmp_path, tmp_path / "own.safetensors")
    with torch.inference_mode():
        expected = module(torch.from_numpy(images(4))).numpy()
    assert run(made.path, images(4)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "does not exist"), (b"", "is empty"), (b"not safetensors at all", "cannot be read")],
)
def test_weights_that_cannot_be_read(small, content, said, tmp_path):
    path = tmp_path / "weights.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=said):
        exporter.export(small, tmp_path / "new", path)
    assert not (tmp_path / "new").exists()


def test_weights_of_another_architecture(small, tmp_path):
    tensors = {**Small().state_dict(), "6.weight": torch.zeros(9, 4)}
    save_file(tensors, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match=r"are not of small: size mismatch for 6\.weight"):
        exporter.export(small, tmp_path, tmp_path / "other.safetensors")


@pytest.mark.parametrize("fault", [0.01, float("nan")])
def test_a_file_that_differs_from_pytorch_is_not_written(small, fault, tmp_path, monkeypatch):
    right = exporter._write

    def wrong(module, *others):
        with torch.no_grad():
            module[0].weight[:, 0] += fault
        right(module, *others)

    (tmp_path / "small.onnx").write_bytes(b"old")
    monkeypatch.setattr(exporter, "_write", wrong)
    with pytest.raises(AccuracyGateFailed, match="differs from PyTorch"):
        exporter.export(small, tmp_path)
    assert files(tmp_path) == ["small.onnx"]
    assert (tmp_path / "small.onnx").read_bytes() == b"old"


def test_weights_in_a_second_file_come_along(small, tmp_path, monkeypatch):
    save = torch.onnx.ONNXProgram.save
    monkeypatch.setattr(
        torch.onnx.ONNXProgram, "save", lambda self, path: save(self, path, external_data=True)
    )
    made = exporter.export(small, tmp_path)
    assert files(tmp_path) == ["small.onnx", "small.onnx.data"]
    assert run(made.path, images(1)).shape == (1, 5)


def test_a_folder_that_cannot_be_written(small, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BenchError, match="Cannot write"):
        exporter.export(small, tmp_path / "file")


@pytest.mark.parametrize("name", ["resnet", "fasterrcnn_resnet50_fpn", "quantized_resnet18", ""])
def test_a_name_that_torchvision_lacks(name, tmp_path):
    with pytest.raises(BenchError, match="no image classifier named") as caught:
        exporter.export(name, tmp_path)
    assert caught.value.exit_code == 1
    assert "resnet" in caught.value.hint


@pytest.mark.parametrize(("name", "size"), [("resnet18", 224), ("efficientnet_b7", 600)])
def test_images_are_of_the_size_that_it_was_made_for(name, size):
    assert exporter._image_size(name) == size


def test_every_classifier_says_for_which_images_it_was_made():
    names = torchvision.models.list_models(module=torchvision.models)
    assert len(names) > 50
    assert min(map(exporter._image_size, names)) >= 128
