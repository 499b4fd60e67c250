"""Hostile models in one command with a good one: they end, and its row is complete."""

import json
import os
import tempfile

import hostile
import onnx_models
import pytest
from processes import children

from bench import cli
from bench.domain import effort
from bench.domain.effort import Effort

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def test_each_ends_with_a_sentence_and_the_good_row_is_complete(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(effort.EFFORTS, "quick", Effort("tiny", 1, 1, 2, 1.0))
    paths = [make(tmp_path / f"{make.__name__}.onnx") for make in hostile.ALL]
    good = onnx_models.linear(tmp_path / "good.onnx")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)  # looked up again, in what the workers inherit
    before = children()
    code = cli.main(
        [
            *("run", *map(str, paths), str(good), "--quick", "--no-save", "--format", "json"),
            *("--limit", "memory=1GiB", "--limit", "time=5"),
        ]
    )
    out, err = capsys.readouterr()
    assert code == 1
    assert "Traceback" not in out + err
    *bad, measured = json.loads(out)["outcomes"]
    assert measured["status"] == "measured"
    assert measured["latency"]["p50"]["value"] > 0
    assert [one["status"] for one in bad] == ["failed"] * len(paths)
    reasons = dict(zip((make.__name__ for make in hostile.ALL), bad, strict=True))
    for name, words in {
        "expanding": "out of memory",
        "endless": "exceeded 5 s",
        "nested": "cannot be decoded",
        "escaping": "outside the model's folder",
        "multiplying": "out of memory",
    }.items():
        assert words in reasons[name]["reason"], name
    assert children() == before
    assert os.listdir(temporary) == []
