"""An interpreter in which no worker can run is refused in a sentence."""

import stat
import sys

import pytest

from bench.environments.interpreter import examined, interpreter
from bench.errors import RuntimeUnavailable


@pytest.fixture
def python(tmp_path):
    """Makes an interpreter that prints a text, whatever it is told."""

    def make(prints):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\necho '{prints}'\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def test_our_own_interpreter_can_run_a_worker():
    assert examined(sys.executable).version == ".".join(map(str, sys.version_info[:3]))
    assert str(interpreter(sys.executable).path) == sys.executable


@pytest.mark.parametrize(
    ("prints", "said"),
    [
        ("[[3, 10, 1], true, []]", "it is Python 3.10.1, and a worker needs 3.11 or newer"),
        ("[[3, 12, 1], false, []]", "has no numpy, which a worker needs"),
        ("hello", "it does not answer as a Python does"),
        ("[1]", "it does not answer as a Python does"),
    ],
)
def test_what_is_no_python_for_a_worker_is_refused(python, prints, said):
    with pytest.raises(RuntimeUnavailable, match=said):
        examined(python(prints))


def test_one_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RuntimeUnavailable, match="cannot be used: No such file or directory"):
        examined(tmp_path / "python")
