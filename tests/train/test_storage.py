"""A file is the old one or the whole new one."""

import errno
import stat

import pytest

from train.errors import TrainError
from train.storage import replacing, write_text


def test_content_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "file.txt"
    write_text(path, "one")
    write_text(path, "two")
    assert path.read_text() == "two"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_keeps_the_old_file(tmp_path):
    path = tmp_path / "file.txt"
    write_text(path, "old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        raise KeyboardInterrupt(temporary.write_text("half of the n"))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_system_error_is_a_sentence(tmp_path):
    path = tmp_path / "file.txt"
    with pytest.raises(TrainError, match=r"No space left") as caught, replacing(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.kind == "storage"
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_others_may_read_as_usual(tmp_path):
    path, usual = tmp_path / "ours.txt", tmp_path / "usual.txt"
    write_text(path, "")
    usual.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
