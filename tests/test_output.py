"""Whatever standard output and --output are, a command ends with a sentence and its exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAVED = Path(__file__).parent / "data" / "saved-0.1" / "report"
LONG = "x" * 300


def bench(*words, output=subprocess.PIPE, closed=False, cwd=None):
    command = [sys.executable, "-m", "bench", *map(str, words)]
    if closed:
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run(
        command,
        env=environment,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
    )
    assert "Unexpected" not in ended.stderr
    assert "Exception ignored" not in ended.stderr
    return ended


def test_a_full_disk_behind_standard_output_is_told():
    with open("/dev/full", "w") as full:
        ended = bench("report", SAVED, output=full)
    assert ended.returncode == 1
    assert "Standard output cannot be written: the disk is full." in ended.stderr


def test_a_full_disk_behind_the_help_is_told():
    with open("/dev/full", "w") as full:
        ended = bench("--help", output=full)
    assert ended.returncode == 1
    assert "the disk is full" in ended.stderr


def test_a_closed_standard_output_is_told():
    ended = bench("report", SAVED, closed=True)
    assert ended.returncode == 1
    assert "error: Standard output is closed.\nhint: Write to a file" in ended.stderr


def test_a_reader_that_has_read_enough_is_no_error():
    read, write = os.pipe()
    os.close(read)
    ended = bench("report", SAVED, "--format", "json", output=write)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_full_disk_behind_the_output_file_shows_the_table_all_the_same():
    ended = bench("report", SAVED, "--format", "json", "--output", "/dev/full")
    assert ended.returncode == 1
    assert "/dev/full cannot be written: the disk is full." in ended.stderr
    assert "Model" in ended.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["report", LONG],
        ["report", SAVED, "--output", LONG],
        ["report", SAVED, "--output", f"{LONG}/report.json"],
        ["report", "--update-docs", LONG],
        ["compare", LONG, f"{LONG}y"],
        ["history", "--add", LONG, "--history-file", "h.sqlite3"],
        ["history", "--history-file", LONG],
        ["run", "--resume", LONG],
        ["run", f"{LONG}.onnx", "--no-save", "--provider", "null"],
        ["gate", LONG, "--baseline", SAVED, "--fail-if-slower", "5%"],
        ["info", f"{LONG}.onnx"],
        ["selftest", "--show", LONG],
    ],
    ids=lambda words: " ".join(map(str, words))[:20],
)
def test_a_name_that_is_too_long_is_a_sentence(words, tmp_path, monkeypatch, capsys):
    from bench import cli

    monkeypatch.chdir(tmp_path)
    assert cli.main(list(map(str, words))) in (1, 2, 3)
    said = "".join(capsys.readouterr())
    assert "Unexpected" not in said
    assert "Traceback" not in said
    assert LONG in said.replace("\n", "")
