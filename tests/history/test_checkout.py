"""The commit of a folder, in a checkout made for it."""

import shutil
import subprocess

import pytest

from bench.history.checkout import commit

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def git(folder, *arguments):
    names = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    done = subprocess.run(
        ["git", *names, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_hash_and_whether_files_differ_from_it(tmp_path):
    git(tmp_path, "init", "--quiet")
    assert commit(tmp_path) is None
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "--message", "One")
    head = git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "report.json").write_text("{}")  # a saved report is no change of the code
    assert commit(tmp_path) == head
    (tmp_path / "file").write_text("two")
    assert commit(tmp_path) == head + "+"


def test_no_checkout_no_git_no_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit(tmp_path) is None
    assert commit(tmp_path / "gone") is None
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert commit(tmp_path) is None
