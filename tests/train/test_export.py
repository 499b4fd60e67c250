"""An export is checked against PyTorch before it takes the place of anything."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

from train import checkpoint, export, manifest  # noqa: E402
from train.errors import TrainError  # noqa: E402
from train.networks import build  # noqa: E402

WHEN = datetime(2026, 1, 2, tzinfo=UTC)
FACTS = {"recipe": "best", "seed": 1, "epochs": 1, "torch": torch.__version__}


@pytest.fixture(scope="module")
def images(test_split):
    return test_split.first(64)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Weights of both networks, as training would write them."""
    folder = tmp_path_factory.mktemp("trained")
    torch.manual_seed(0)
    for network in ("avg", "max"):
        facts = {"network": network, **FACTS}
        checkpoint.save(folder / f"{network}.safetensors", build(network).state_dict(), facts)
    return folder


@pytest.fixture(scope="module")
def done(trained, images, tmp_path_factory):
    """A folder with both networks exported."""
    folder = tmp_path_factory.mktemp("exported")
    for network in ("max", "avg"):
        weights = trained / f"{network}.safetensors"
        export.export(network, weights, folder, images, WHEN)
    return folder


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files(done):
    assert sorted(path.name for path in done.iterdir()) == [
        "avg.onnx", "avg.outputs.npy", "avg.safetensors", "manifest.json",
        "max.onnx", "max.outputs.npy", "max.safetensors",
    ]  # fmt: skip


@pytest.mark.parametrize("network", ["avg", "max"])
def test_batch_size_is_open(network, done, images):
    session = onnxruntime.InferenceSession(done / f"{network}.onnx")
    expected = np.load(done / f"{network}.outputs.npy")
    inputs = export.normalise(images.images)
    assert session.get_inputs()[0].shape == ["batch", 1, 28, 28]
    assert session.get_outputs()[0].shape == ["batch", 10]
    for size in (1, 2, 64):
        (outputs,) = session.run(["log_probabilities"], {"image": inputs[:size]})
        assert np.abs(outputs - expected[:size]).max() < export.TOLERANCE


@pytest.mark.parametrize("network", ["avg", "max"])
def test_model_says_where_it_comes_from_and_names_no_folder(network, done):
    path = done / f"{network}.onnx"
    properties = {item.key: item.value for item in onnx.load(path).metadata_props}
    assert properties["onnx-bench.network"] == network
    assert properties["onnx-bench.recipe"] == "best"
    assert properties["onnx-bench.seed"] == "1"
    assert properties["onnx-bench.created"] == "2026-01-02T00:00:00+00:00"
    assert float(properties["onnx-bench.accuracy"]) == manifest.read(done)[network].accuracy
    assert str(export.__file__).rsplit("/", 2)[0].encode() not in path.read_bytes()


def test_same_weights_same_bytes(trained, images, done, tmp_path):
    export.export("max", trained / "max.safetensors", tmp_path, images, WHEN)
    assert (tmp_path / "max.onnx").read_bytes() == (done / "max.onnx").read_bytes()


def test_different_outputs_are_refused_and_the_old_files_stay(trained, images, done, monkeypatch):
    right = export.to_onnx

    def wrong(network):
        with torch.no_grad():
            network[0].weight += 0.01
        return right(network)

    monkeypatch.setattr(export, "to_onnx", wrong)
    before = everything(done)
    with pytest.raises(TrainError, match="differs from PyTorch") as caught:
        export.export("max", trained / "max.safetensors", done, images)
    assert caught.value.kind == "accuracy"
    assert everything(done) == before


def test_outputs_that_are_not_numbers_are_refused(trained, images, tmp_path):
    tensors, facts = checkpoint.load(trained / "max.safetensors")
    tensors["18.bias"][0] = float("nan")
    checkpoint.save(tmp_path / "nan.safetensors", tensors, facts)
    with pytest.raises(TrainError) as caught:
        export.export("max", tmp_path / "nan.safetensors", tmp_path / "new", images)
    assert caught.value.kind == "accuracy"
    assert everything(tmp_path / "new") == {}


def test_weights_of_the_other_network_are_refused(trained, images, tmp_path):
    with pytest.raises(TrainError, match="weights of avg, not of max") as caught:
        export.export("max", trained / "avg.safetensors", tmp_path, images)
    assert caught.value.kind == "checkpoint"


def test_weights_that_do_not_fit_are_refused(trained, images, tmp_path):
    tensors, facts = checkpoint.load(trained / "avg.safetensors")
    checkpoint.save(tmp_path / "odd.safetensors", tensors, facts | {"network": "max"})
    with pytest.raises(TrainError, match="do not fit"):
        export.export("max", tmp_path / "odd.safetensors", tmp_path, images)


def test_missing_weights(images, tmp_path):
    with pytest.raises(TrainError, match="there is no"):
        export.export("avg", tmp_path / "avg.safetensors", tmp_path, images)


@pytest.mark.parametrize("content", ["", "[]", '{"networks": {"avg": {}}}'])
def test_damaged_manifest_is_a_sentence(content, tmp_path):
    (tmp_path / manifest.NAME).write_text(content)
    with pytest.raises(TrainError, match="is damaged"):
        manifest.read(tmp_path)


def test_manifest_names_its_schema(done):
    document = json.loads((done / manifest.NAME).read_text())
    assert (document["schema"], document["version"]) == ("onnx-bench/manifest", 1)
    assert list(document["networks"]) == ["avg", "max"]


def test_weights_of_a_run_that_was_stopped_are_refused(trained, images, tmp_path):
    weights = tmp_path / "avg.safetensors"
    tensors, facts = checkpoint.load(trained / "avg.safetensors")
    checkpoint.save(weights, tensors, {**facts, "epochs": 2, "planned_epochs": 6})
    with pytest.raises(TrainError, match="stopped in epoch 3 of 6") as caught:
        export.export("avg", weights, tmp_path, images, WHEN)
    assert "--resume" in caught.value.hint
    assert not (tmp_path / "avg.onnx").exists()
