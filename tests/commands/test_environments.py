"""`bench environments`, and the options that name one."""

import json
import os
import sys

import pytest
import schemas

from bench import cli
from bench.domain import Target
from bench.environments import making
from bench.errors import UsageError
from bench.options.subject import Running


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(making, "install", lambda folder, asked: folder.mkdir() or {"a": "1.0"})


def test_it_lists_what_is_kept_and_removes_it(capsys):
    assert cli.main(["environments"]) == 0
    assert "bench run --with onnxruntime==1.31.1 makes one" in capsys.readouterr().out
    name = making.made(["a==1.0"]).parent.parent.name
    assert cli.main(["environments", "list", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    schemas.check("environments", document)
    assert document["environments"][0]["packages"] == {"a": "1.0"}
    assert cli.main(["environments"]) == 0
    assert f"{name}  a==1.0" in capsys.readouterr().out
    assert cli.main(["environments", "remove", "all"]) == 0
    assert making.kept() == ()


@pytest.mark.parametrize("words", [["remove"], ["list", "a"], ["remove", "../.."], ["mend"]])
def test_what_cannot_be_meant_is_wrong_usage(words):
    assert cli.main(["environments", *words]) == 2


def test_every_target_runs_in_every_environment_and_keeps_its_own():
    running = Running(provider=["cpu,torch:cpu@b"], with_=["a==1", "a==2"])
    assert [str(target) for target in running.targets()] == [
        "onnxruntime:cpu@a==1",
        "onnxruntime:cpu@a==2",
        "torch:cpu@b",
    ]
    assert Running(with_=["a==1"]).targets() == (Target("onnxruntime", "cpu", environment="a==1"),)
    assert Running().targets() == ()


def test_an_interpreter_is_named_by_its_whole_path(tmp_path, monkeypatch):
    tmp_path = tmp_path / "my files"
    tmp_path.mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "python").symlink_to(sys.executable)
    for words in ({"python": ["./python"]}, {"provider": ["cpu@./python"]}):
        (target,) = Running(**words).targets()
        assert target.environment == os.path.join(tmp_path, "python")
    with pytest.raises(UsageError, match="no interpreter /nowhere/python"):
        Running(python=["/nowhere/python"]).targets()
