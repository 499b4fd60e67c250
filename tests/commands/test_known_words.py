"""Options by the names of other tools, and what a shell offers while one types."""

from pathlib import Path

import pytest

from bench import cli
from bench.commands.command import translated
from bench.options import completion


@pytest.mark.parametrize(
    ("words", "known", "ours"),
    [
        (["--device", "gpu"], {"--provider"}, ["--provider", "gpu"]),
        (["--batch-size=8"], {"--batch"}, ["--batch=8"]),
        (["--device", "cuda"], {"--device", "--provider"}, ["--device", "cuda"]),
        (["--device", "cuda"], {"--batch"}, ["--device", "cuda"]),
        (["a", "--", "--device"], {"--provider"}, ["a", "--", "--device"]),
    ],
)
def test_an_option_of_another_tool_is_understood_where_there_is_none_of_its_name(
    words, known, ours
):
    assert translated(words, known) == ours


def test_a_run_takes_them(capsys):
    assert cli.main(["run", "--providers", "cpu", "--batch-size", "none"]) == 2
    assert "--batch none is not a list of numbers" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["run", "gone.onnx"], ["doctor"]])
@pytest.mark.parametrize(
    ("option", "said"), [("--with", "names no package"), ("--python", "names no interpreter")]
)
def test_an_environment_that_is_empty_is_not_the_usual_one(words, option, said, capsys):
    assert cli.main([*words, option, " "]) == cli.main([*words, option, ""]) == 2
    assert capsys.readouterr().err.count(f"{option} {said}") == 2


def test_a_target_that_does_not_exist_gets_the_nearest(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run", "-p", "onnxruntim:cpu"]) == 2
    assert "Did you mean onnxruntime?" in capsys.readouterr().err


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("models/net.onnx", "models/note.txt", "average.onnx", "reports/new/report.json"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def test_models_targets_and_reports_are_completed(folder):
    assert completion.models("av") == ["avg", "average.onnx"]
    assert completion.models("models/") == ["models/net.onnx"]
    assert completion.models("mo") == ["models/"]
    assert completion.models("nowhere/") == []
    assert completion.targets("cpu,torch:") == ["cpu,torch:cpu", "cpu,torch:cuda"]
    assert completion.targets("tr") == ["tract:cpu"]
    assert completion.formats("js") == ["json"]
    assert completion.reports("") == ["reports/new"]
    assert completion.contenders("rep") == ["reports/", "reports/new"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [("bench run av", ["avg", "average.onnx"]), ("bench run -p openvino:", ["openvino:cpu"])],
)
def test_a_shell_is_offered_them(folder, monkeypatch, capsys, words, offered):
    monkeypatch.setenv("_BENCH_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert cli.main([]) == 0
    assert capsys.readouterr().out.split() == offered
