"""What a run came to is read back as it was written, and its mistakes become a picture."""

import json
from dataclasses import replace

import numpy as np
import pytest

from train import mistakes, outcome
from train.errors import TrainError
from train.mnist import Split
from train.outcome import Mistake, Outcome
from train.record import EpochResult

HISTORY = tuple(EpochResult(n, 1 / n, 1 - 0.2 / n, None, None, 1.5) for n in (1, 2))
WRONG = (Mistake(3, 8, 9), Mistake(7, 4, 9))
FINISHED = Outcome(
    network="avg",
    recipe="best",
    seed=1,
    epochs=2,
    images=60_000,
    counts=(1,) * 10,
    loss=0.25,
    mistakes=WRONG,
    history=HISTORY,
    device="cpu",
    threads=2,
    precision="bfloat16",
    torch="2.14.1",
)


def test_it_is_read_back(tmp_path):
    outcome.save(tmp_path / "run.json", FINISHED)
    assert outcome.load(tmp_path / "run.json") == FINISHED


def test_its_figures_follow_from_the_mistakes():
    assert (FINISHED.total, FINISHED.correct, FINISHED.accuracy) == (10, 8, 0.8)
    assert FINISHED.seconds == 3.0


@pytest.mark.parametrize("content", ["{", "[]", "{}", None])
def test_what_is_not_an_outcome_is_a_sentence(content, tmp_path):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(TrainError, match="is not the outcome of a run"):
        outcome.load(tmp_path / "run.json")


def test_an_unknown_field_is_not_lost_in_silence(tmp_path):
    document = outcome.as_document(FINISHED) | {"mood": "good"}
    (tmp_path / "run.json").write_text(json.dumps(document))
    with pytest.raises(TrainError, match="mood"):
        outcome.load(tmp_path / "run.json")


def test_images_that_most_runs_get_wrong_come_first():
    other = replace(FINISHED, seed=2, mistakes=(Mistake(7, 4, 6), Mistake(1, 0, 6)))
    third = replace(FINISHED, seed=3, mistakes=(Mistake(7, 4, 9),))
    assert mistakes.often_wrong([FINISHED, other, third]) == [
        (Mistake(7, 4, 9), 3),
        (Mistake(1, 0, 6), 1),
        (Mistake(3, 8, 9), 1),
    ]


@pytest.mark.parametrize("wrong", [(), WRONG, tuple(Mistake(n, 0, 1) for n in range(70))])
def test_mistakes_are_a_picture(wrong, tmp_path):
    pytest.importorskip("matplotlib")
    images = Split(np.zeros((80, 28, 28), np.uint8), np.zeros(80, np.uint8))
    runs = [replace(FINISHED, mistakes=wrong)]
    mistakes.draw(runs, images, "avg", tmp_path / "wrong.png")
    assert (tmp_path / "wrong.png").read_bytes().startswith(b"\x89PNG")
