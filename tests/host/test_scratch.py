"""Folders of processes that were killed are removed by the next one; those of living ones stay."""

import os
import signal
import tempfile

import pytest

from bench.engine.launcher import Worker
from bench.host.scratch import PREFIX, Scratch, sweep


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """An own folder of temporary files, which nobody has swept yet."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_by_a_killed_process(make):
    """A process makes a folder and is killed."""
    child = os.fork()
    if child == 0:
        kept = make()  # noqa: F841 - else it is removed here
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.mark.parametrize("make", [Scratch, Worker])
def test_what_a_killed_process_left_is_removed_by_the_next_one(make, temporary):
    left_by_a_killed_process(make)
    (killed,) = temporary.iterdir()
    (killed / "model.onnx").write_bytes(b"large")
    with Scratch() as name:
        assert [str(path) for path in temporary.iterdir()] == [name]
    assert not list(temporary.iterdir())


def test_the_folder_of_a_living_process_stays(temporary):
    (ready, done), (stop, ended) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ended)
        with Scratch():
            os.write(done, b".")
            os.read(stop, 1)
        os._exit(0)
    os.close(done)
    os.read(ready, 1)
    (living,) = temporary.iterdir()
    sweep(temporary)
    assert living.is_dir()
    os.write(ended, b".")
    os.waitpid(child, 0)
    assert not living.exists()


def test_a_folder_without_a_lock_is_somebody_elses(temporary):
    (temporary / f"{PREFIX}mine").mkdir()
    sweep(temporary)
    assert (temporary / f"{PREFIX}mine").is_dir()


def test_where_nothing_can_be_locked_the_folder_is_made_and_removed(temporary, monkeypatch):
    def no_locks(*_):
        raise OSError

    monkeypatch.setattr("fcntl.flock", no_locks)
    with Scratch() as name:
        sweep(temporary)
        assert os.path.isdir(name)
    assert not list(temporary.iterdir())
