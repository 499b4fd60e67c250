"""The log is read back as it was written, and becomes a picture."""

from dataclasses import replace

import pytest

from train.curves import by_epoch, draw
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
    paths = (files.checkpoint, files.weights, files.log, files.curves, files.outcome)
    assert [path.name for path in paths] == [
        "avg.checkpoint.safetensors",
        "avg.safetensors",
        "avg.jsonl",
        "avg.png",
        "avg.outcome.json",
    ]


def test_curves_have_the_values_of_every_run_after_each_epoch():
    later = [replace(result, test_loss=None) for result in HISTORY[:2]]
    assert by_epoch([HISTORY[:3], later], lambda result: result.train_loss) == {
        1: [1.0, 1.0],
        2: [0.5, 0.5],
        3: [1 / 3],
    }
    assert list(by_epoch([later], lambda result: result.test_loss)) == []


@pytest.mark.parametrize("histories", [[HISTORY], [UNTESTED], [HISTORY, HISTORY[:3]]])
def test_curves_are_a_picture(histories, tmp_path):
    pytest.importorskip("matplotlib")
    draw(histories, "avg", tmp_path / "avg.png")
    assert (tmp_path / "avg.png").read_bytes().startswith(b"\x89PNG")
