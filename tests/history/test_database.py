"""The SQLite file: whose it is, what version, who holds it, and who may write."""

import os
import sqlite3
import tempfile
from pathlib import Path

import pytest

from bench.errors import NothingMeasured, ReportError
from bench.history import database

INSERT = "INSERT INTO runs (identity, samples, created, environment) VALUES ('a', 1, '', '{}')"


def begin(file):
    with database.writing(file):
        pass


def test_a_new_file_is_ours_at_the_present_version_and_does_not_block_readers(file):
    begin(file)
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (database.APPLICATION,)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(database.MIGRATIONS),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_default_is_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    usual = tmp_path / ".local/share/onnx-bench/history.sqlite3"
    for value in ("", "relative"):  # which the specification tells to ignore
        monkeypatch.setenv("XDG_DATA_HOME", value)
        assert database.default_file() == usual
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert database.default_file() == tmp_path / "data/onnx-bench/history.sqlite3"


def test_an_older_file_is_brought_up_to_date_with_what_is_in_it(file, monkeypatch):
    with database.writing(file) as connection:
        connection.execute(INSERT)
    newer = (*database.MIGRATIONS, ("ALTER TABLE runs ADD COLUMN mood TEXT DEFAULT 'fine'",))
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    with database.reading(file) as connection:
        assert connection.execute("SELECT identity, mood FROM runs").fetchall() == [("a", "fine")]
    monkeypatch.undo()
    with pytest.raises(ReportError, match="of version 4; this onnx-bench knows up to 3"):
        begin(file)


def test_an_addition_that_breaks_leaves_nothing(file):
    def half():
        with database.writing(file) as connection:
            connection.execute(INSERT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with database.reading(file) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def someone_elses(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (someone_elses, "a database of another program"),
        (lambda path: path.write_text("a letter to my aunt\n" * 100), "damaged or not a history"),
        (lambda path: path.mkdir(), "cannot be"),
    ],
)
@pytest.mark.parametrize("use", [database.writing, database.reading])
def test_what_is_not_a_history_is_left_alone(tmp_path, make, said, use):
    path = tmp_path / "other"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ReportError, match=said) as caught, use(path):
        pass
    assert "--history-file" in caught.value.hint
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_damaged_file_is_told(file):
    begin(file)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\x07" * (len(content) - 4096))
    with pytest.raises(ReportError, match="damaged"), database.reading(file) as connection:
        connection.execute("SELECT * FROM runs JOIN rows").fetchall()


def test_a_locked_file_is_a_sentence_and_readers_still_read(file, monkeypatch):
    begin(file)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.0)
    with database.writing(file):
        with pytest.raises(ReportError, match="locked by another process") as caught:
            begin(file)
        with database.reading(file) as connection:
            assert connection.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    assert "Nothing in it was changed" in caught.value.hint


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="cannot be read or written"):
        begin(tmp_path / "file" / "history.sqlite3")


def test_no_history_yet_says_how_to_begin_one(file):
    missing = pytest.raises(NothingMeasured, match="There is no history at")
    with missing as caught, database.reading(file):
        pass
    assert "bench run --history" in caught.value.hint
    assert not file.exists()


@pytest.fixture
def read_only():
    """A history in a folder that another user owns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin(folder / "history.sqlite3")
        (folder / "history.sqlite3").chmod(0o444)
        folder.chmod(0o555)
        yield folder / "history.sqlite3"
        folder.chmod(0o755)


def as_a_user_without_rights(check):
    """What `check` raises or returns, as text, in a process that is not root's."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os.write(writer, str(check()).encode())
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return os.read(reader, 10_000).decode()


def test_who_may_only_read_reads_and_is_told_that_he_cannot_write(read_only):
    def count():
        with database.reading(read_only) as connection:
            return connection.execute("SELECT count(*) FROM runs").fetchone()

    before = read_only.read_bytes()
    assert as_a_user_without_rights(count) == "(0,)"
    said = as_a_user_without_rights(lambda: begin(read_only))
    assert said.startswith("ReportError: ")
    assert "readonly database" in said
    assert read_only.read_bytes() == before
