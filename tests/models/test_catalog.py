"""What a word on the command line means."""

import json

import pytest

from bench.domain import BUNDLED
from bench.errors import ModelError, UsageError
from bench.models import catalog
from bench.models.catalog import exported_folder, locate, manifest, present


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_name_is_a_file_of_the_exported_folder(name):
    assert locate(name) == exported_folder() / f"{name}.onnx"


@pytest.mark.parametrize("text", ["m.onnx", "models/m", "../x.bin", "/tmp/anything"])
def test_what_looks_like_a_path_is_one_and_need_not_exist(text):
    assert str(locate(text)) == text


def test_a_word_that_is_a_file_here_is_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "network").write_text("")
    assert locate("network").name == "network"


def test_a_file_called_like_a_bundled_network_does_not_hide_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "avg").write_text("")
    assert locate("avg") == exported_folder() / "avg.onnx"


def test_any_other_word_is_wrong_usage(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no bundled model called 'network'"):
        locate("network")


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("https://example.com/a.onnx", "is an address", "curl -LO https://example.com/a.onnx"),
        ("models", "models is a folder", "Name a file in it: models/net.onnx."),
        ("empty", "empty is a folder", "there is none in it"),
        ("models/nett.onnx", "There is no file models/nett.onnx", "Did you mean net.onnx? "),
        ("gone.onnx", "There is no file gone.onnx", "avg or max"),
        ("gone.pt", "no file of that name", "a file that ends in .onnx"),
        ("model.pt", "model.pt is a ZIP archive, as PyTorch", "export the model to ONNX"),
        ("avgg", "no bundled model called 'avgg'", "Did you mean avg? "),
    ],
)
def test_what_cannot_be_a_model_is_wrong_usage_with_what_to_type(
    tmp_path, monkeypatch, text, said, hint
):
    monkeypatch.chdir(tmp_path)
    for folder in ("models", "empty"):
        (tmp_path / folder).mkdir()
    (tmp_path / "models" / "net.onnx").write_text("")
    (tmp_path / "model.pt").write_bytes(b"PK\x03\x04" + bytes(60))
    with pytest.raises(UsageError) as caught:
        present(text)
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_is_there_is_left_to_a_worker_whatever_is_in_it(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"PK\x03\x04")
    assert present(str(path)) == path


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "null", "no JSON"])
def test_a_damaged_manifest_is_a_sentence(tmp_path, monkeypatch, content):
    monkeypatch.setattr(catalog, "exported_folder", lambda: tmp_path)
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ModelError, match="manifest of the networks") as caught:
        manifest()
    assert "bench export all" in caught.value.hint


def test_the_manifest_lists_networks_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "exported_folder", lambda: tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"networks": {"avg": {"correct": 9_960}}}))
    assert manifest()["avg"]["correct"] == 9_960
