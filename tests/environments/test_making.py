"""Environments are made once, whole or not at all, whoever asks for them at the same time."""

import fcntl
import threading

import pytest

from bench.environments import making
from bench.environments.making import digest, kept, made, remove
from bench.errors import RuntimeUnavailable, UsageError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "onnx-bench" / "environments"


@pytest.fixture
def installed(monkeypatch):
    """What was installed; nothing is."""
    asked = []

    def install(folder, requirements):
        asked.append(requirements)
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()
        return {"onnxruntime": "1.31.1"}

    monkeypatch.setattr(making, "install", install)
    return asked


def test_an_environment_is_made_once_and_listed(cache, installed):
    python = made(["onnxruntime==1.31.1"])
    assert python == cache / digest(["onnxruntime==1.31.1"]) / "bin" / "python"
    assert made(["onnxruntime==1.31.1"]) == python
    assert installed == [["onnxruntime==1.31.1"]]
    (environment,) = kept()
    assert environment.name == python.parent.parent.name
    assert environment.requirements == ("onnxruntime==1.31.1",)
    assert environment.packages == {"onnxruntime": "1.31.1"}


def test_the_same_packages_in_other_words_are_the_same_environment():
    assert digest(["onnxruntime==1", "Foo_Bar"]) == digest(["foo-bar", "onnxruntime==1"])
    assert digest(["onnxruntime==1"]) != digest(["onnxruntime==1.1"])


def test_another_python_has_other_environments(monkeypatch):
    before = digest(["onnxruntime"])
    monkeypatch.setattr(making.platform, "python_version", lambda: "3.99.0")
    assert digest(["onnxruntime"]) != before


def test_two_at_once_make_it_once(installed, monkeypatch):
    install, both = making.install, threading.Barrier(2)

    def slow(folder, requirements):
        entered.set()
        waiting.wait(10)
        return install(folder, requirements)

    def ask():
        both.wait()
        pythons.append(made(["a==1"]))

    entered, waiting, pythons = threading.Event(), threading.Event(), []
    monkeypatch.setattr(making, "install", slow)
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert entered.wait(10)
    waiting.set()
    for thread in threads:
        thread.join(10)
    assert len(pythons) == 2
    assert len(installed) == 1


def test_one_that_is_being_made_is_waited_for_with_a_word(installed, monkeypatch, capsys):
    asked = []

    def flock(file, how):
        asked.append(how)
        if how & fcntl.LOCK_NB:
            raise BlockingIOError

    monkeypatch.setattr(making.fcntl, "flock", flock)
    made(["a==1"])
    assert asked == [fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_EX]
    assert "another bench makes or removes this environment" in capsys.readouterr().err


def test_what_was_not_made_whole_is_made_anew(cache, installed):
    rest = cache / digest(["a==1"]) / "bin"
    rest.mkdir(parents=True)
    (rest / "torn").touch()
    python = made(["a==1"])
    assert not (rest / "torn").exists()
    assert python.exists()


def test_one_that_cannot_be_made_leaves_nothing(cache, monkeypatch):
    def fail(folder, requirements):
        folder.mkdir(parents=True)
        raise RuntimeUnavailable("No.")

    monkeypatch.setattr(making, "install", fail)
    with pytest.raises(RuntimeUnavailable):
        made(["a==1"])
    assert not (cache / digest(["a==1"])).exists()
    assert kept() == ()


def test_it_is_removed_by_its_name(installed):
    name = made(["a==1"]).parent.parent.name
    remove(name)
    assert kept() == ()
    for absent in (name, "../.."):
        with pytest.raises(UsageError, match="no environment called"):
            remove(absent)


def test_an_option_of_the_installer_is_no_requirement(installed):
    with pytest.raises(UsageError, match=r"'--index-url=http://evil' is no requirement"):
        made(["a", "--index-url=http://evil"])
    assert installed == []


def test_a_record_that_is_damaged_is_left_out(cache, installed):
    made(["a==1"])
    made(["b==1"])
    (cache / digest(["a==1"]) / making.RECORD).write_text("{")
    assert [each.requirements for each in kept()] == [("b==1",)]
