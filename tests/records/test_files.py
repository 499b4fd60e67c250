"""Text files are replaced whole, or left as they were."""

import os

import pytest

from bench.errors import ReportError
from bench.records.files import write_atomically


def test_writing_replaces_the_old_text_whole(tmp_path):
    path = tmp_path / "report.json"
    for text in ("a longer old text", "new"):
        write_atomically(path, text)
        assert path.read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_a_written_file_has_the_rights_of_any_new_file(tmp_path):
    write_atomically(tmp_path / "ours", "text")
    (tmp_path / "plain").write_text("text")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_write_that_fails_leaves_the_old_text_and_nothing_else(tmp_path, monkeypatch, step):
    def fail(*arguments, **keywords):
        raise OSError(28, "No space left on device")

    path = tmp_path / "report.json"
    write_atomically(path, "old")
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(ReportError, match="the disk is full"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_a_folder_that_is_a_file_cannot_be_written_into(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="Not a directory"):
        write_atomically(tmp_path / "file" / "report.json", "new")
