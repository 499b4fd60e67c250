"""The log is read back as it was written, and becomes a picture."""

import pytest

from train.curves import draw
from train.errors import TrainError
from train.record import EpochResult, RunFiles, load_log, save_log

HISTORY = [EpochResult(n, 1 / n, 1 - 0.2 / n, 0.5 / n, 1 - 0.1 / n, 1.5) for n in range(1, 6)]
UNTESTED = [EpochResult(1, 0.1, 1.0, None, None, 1.5)]


@pytest.mark.parametrize("history", [HISTORY, UNTESTED, []])
def test_log_is_read_back(history, tmp_path):
    save_log(tmp_path / "log.jsonl", history)
    assert load_log(tmp_path / "log.jsonl") == history


@pytest.mark.parametrize("content", ["{", "[]", '{"epoch": 1}', None])
def test_log_that_cannot_be_read(content, tmp_path):
    if content is not None:
        (tmp_path / "log.jsonl").write_text(content)
    with pytest.raises(TrainError, match="is not a training log"):
        load_log(tmp_path / "log.jsonl")


def test_files_are_named_after_the_network(tmp_path):
    files = RunFiles(tmp_path, "avg")
    assert [path.name for path in (files.checkpoint, files.weights, files.log, files.curves)] == [
        "avg.checkpoint.safetensors",
        "avg.safetensors",
        "avg.jsonl",
        "avg.png",
    ]


@pytest.mark.parametrize("history", [HISTORY, UNTESTED])
def test_curves_are_a_picture(history, tmp_path):
    pytest.importorskip("matplotlib")
    draw(history, "avg", tmp_path / "avg.png")
    assert (tmp_path / "avg.png").read_bytes().startswith(b"\x89PNG")
