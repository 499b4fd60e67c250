"""Command lines of any words end with an exit code and a sentence, whatever they mean."""

import random

import command_lines
import pytest

from bench import cli
from bench.domain import effort
from bench.domain.effort import Effort

pytestmark = pytest.mark.chaos

CODES = {0, 1, 2, 3, 4, 5}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a model, data and a report; efforts are tiny, and nothing starts a worker."""
    monkeypatch.chdir(tmp_path)
    command_lines.prepare(tmp_path)
    for name in effort.EFFORTS:
        monkeypatch.setitem(effort.EFFORTS, name, Effort("tiny", 1, 1, 2, 1.0))

    def refused(worker, *given):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("bench.engine.launcher.Worker._start", refused)


def test_any_words(capsys):
    generator, options = random.Random(1), command_lines.options()
    for _ in range(25):
        words = command_lines.drawn(generator, options)
        code = cli.main(words)
        said = "".join(capsys.readouterr())
        assert code in CODES, words
        assert "Unexpected" not in said, (words, said)
        assert "Traceback" not in said, (words, said)
