"""`bench train` and `bench export` from start to end, on a few images."""

import json

import pytest

from bench.cli import main
from bench.console import messages, results
from bench.training import data as training_data

pytest.importorskip("torch")
pytest.importorskip("onnxscript")


@pytest.fixture(autouse=True)
def a_few_images(monkeypatch):
    """512 images to train on and 100 to test with; fresh consoles."""
    for console in (messages, results):
        console.cache_clear()
    whole = training_data.training_split, training_data.test_split
    monkeypatch.setattr(training_data, "training_split", lambda folder: whole[0](folder).first(512))
    monkeypatch.setattr(training_data, "test_split", lambda folder: whole[1](folder).first(100))
    yield
    for console in (messages, results):
        console.cache_clear()


def test_training_resuming_and_exporting_leave_their_files(tmp_path, capsys):
    trained, exported = tmp_path / "trained", tmp_path / "exported"
    arguments = ["train", "max", "--epochs", "2", "--output", str(trained)]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.err.count("max epoch") == 2
    assert "train loss" in printed.err
    assert "test loss" in printed.err
    assert "% after 2 epochs; weights in" in printed.out
    lines = [json.loads(line) for line in (trained / "max.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2]
    assert (trained / "max.png").read_bytes().startswith(b"\x89PNG")

    assert main([*arguments, "--resume"]) == 0  # nothing is left to do, and nothing is lost
    assert "% after 2 epochs" in capsys.readouterr().out

    exporting = ["export", "max", "--weights", str(trained), "--output", str(exported)]
    assert main(exporting) == 0
    assert "16,890 parameters" in capsys.readouterr().out
    assert {path.name for path in exported.iterdir()} == {
        "max.onnx",
        "max.safetensors",
        "max.outputs.npy",
        "manifest.json",
    }


def test_several_seeds_leave_a_report_and_resume_trains_only_what_is_left(tmp_path, capsys):
    arguments = ["train", "max", "--epochs", "1", "--output", str(tmp_path), "--threads", "1"]
    assert main([*arguments, "--seeds", "2"]) == 0
    printed = capsys.readouterr()
    assert printed.err.count("max epoch") == 2
    assert "max, recipe best" in printed.out
    assert "wrong in some run" in printed.out
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.json",
        "max-best-curves.png",
        "max-best-mistakes.png",
    }
    first = (tmp_path / "best" / "seed-1" / "max.safetensors").read_bytes()

    assert main([*arguments, "--seeds", "3", "--resume"]) == 0
    printed = capsys.readouterr()
    assert printed.err.count("max epoch") == 1
    assert (tmp_path / "best" / "seed-1" / "max.safetensors").read_bytes() == first
    document = json.loads((tmp_path / "report" / "report.json").read_text())
    assert [run["seed"] for run in document["outcomes"]] == [1, 2, 3]
    assert {run["threads"] for run in document["outcomes"]} == {1}


def test_the_other_recipe_joins_the_report(tmp_path, capsys):
    arguments = ["train", "avg", "--epochs", "1", "--seeds", "2", "--output", str(tmp_path)]
    assert main(arguments) == 0
    assert main([*arguments, "--recipe", "original"]) == 0
    assert "best (avg) against original (avg)" in capsys.readouterr().out


def test_ctrl_c_keeps_the_last_complete_epoch_and_resume_goes_on(tmp_path, capsys, monkeypatch):
    from train import fit as module

    original = module.fit

    def interrupted(*arguments, **named):
        for event in original(*arguments, **named):
            yield event
            if isinstance(event, module.EpochResult):
                raise KeyboardInterrupt

    arguments = ["train", "avg", "--epochs", "2", "--output", str(tmp_path)]
    monkeypatch.setattr(module, "fit", interrupted)
    assert main(arguments) == 130
    assert "the same command and --resume" in capsys.readouterr().err
    monkeypatch.setattr(module, "fit", original)
    assert main([*arguments, "--resume"]) == 0
    printed = capsys.readouterr()
    assert "epoch  1" not in printed.err
    assert "epoch  2 of 2" in printed.err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["train", "middle"], 2, "no network called 'middle'"),
        (["train", "avg", "--epochs", "20"], 2, "less than or equal to 19"),
        (["train", "avg", "--recipe", "secret"], 2, "no recipe secret"),
        (["train", "avg", "--device", "abacus"], 2, "No device called abacus"),
        (["train", "avg", "--device", "cuda:7"], 1, "cuda:7"),
        (["train", "avg", "--seeds", "1"], 2, "greater than or equal to 2"),
        (["train", "avg", "--threads", "0"], 2, "greater than or equal to 1"),
        (["train", "avg", "--download"], 2, "--download needs a folder"),
        (["train", "avg", "--resume"], 1, "checkpoint"),
        (["export", "avg"], 1, "avg.safetensors"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    arguments, code, sentence, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == code
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error


def test_a_folder_without_images_says_what_is_missing(tmp_path, capsys, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert main(["train", "avg", "--data-dir", "images"]) == 1
    error = capsys.readouterr().err
    assert "The folder images has no train-images-idx3-ubyte" in error
    assert "hint:" in error
