"""`bench models` and `bench targets`: which words there are for a run."""

import json

import pytest
import schemas

from bench import cli
from bench.engine import usability
from bench.engine.usability import Surveys


@pytest.fixture
def bench(tmp_path, monkeypatch, capsys):
    """Runs `bench` in an empty folder, where every runtime answers as is written here."""
    from bench.domain import Provider

    answers = {
        "onnxruntime": {"cpu": Provider("cpu"), "cuda": Provider("cuda", "No GPU. Buy one.")},
        "torch": "torch is not installed. Install it.",
    }
    monkeypatch.setattr(usability, "survey_all", lambda: Surveys(answers))
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = cli.main([*arguments])
        return code, *capsys.readouterr()

    return run


def test_targets_are_words_for_a_run_with_the_reason_of_those_that_are_not(bench):
    code, out, _ = bench("targets", "--format", "json")
    assert code == 0
    document = json.loads(out)
    schemas.check("targets", document)
    assert [(each["target"], each["usable"]) for each in document["targets"]] == [
        ("onnxruntime:cpu", True),
        ("onnxruntime:cuda", False),
        ("torch", False),
    ]
    code, out, _ = bench("targets")
    assert code == 0
    assert "No GPU. Buy one." in out and "bench run -p cpu measures on them" in out


def test_models_are_the_bundled_ones_and_those_of_the_folder(bench, tmp_path):
    (tmp_path / "net.onnx").write_bytes(bytes(2_000_000))
    (tmp_path / "note.txt").touch()
    (tmp_path / "folder.onnx").mkdir()
    code, out, _ = bench("models", "--format", "json")
    assert code == 0
    document = json.loads(out)
    schemas.check("models", document)
    assert [each["name"] for each in document["models"]] == ["avg", "max", "net.onnx"]
    assert [each["total"] for each in document["models"]] == [10_000, 10_000, None]
    code, out, _ = bench("models")
    assert code == 0
    assert "net.onnx 2.00 MB a file" in " ".join(out.split())
    assert "bench run net.onnx measures it" in out
