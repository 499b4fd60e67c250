"""A worker that takes too much is stopped by its limit, and says which."""

import json
import subprocess
import sys

import pytest

from bench import options
from bench.domain.limits import GIB, Limits
from bench.engine.launcher import Worker
from bench.engine.worker import limits
from bench.errors import UsageError, WorkerError


def run(code, **chosen):
    """`code` in a process that applied the limits to itself."""
    encoded = json.dumps(limits.encode(Limits(**chosen)))
    start = (
        "import json\n"
        "from bench.domain import Limits\n"
        "from bench.engine.worker.limits import apply\n"
        f"apply(Limits(**json.loads({encoded!r})))"
    )
    return subprocess.run(
        [sys.executable, "-c", f"{start}\n{code}"], capture_output=True, text=True, check=False
    )


def test_memory_beyond_the_limit_is_refused():
    code = "bytearray(300 * 2**20)"
    assert run(code, memory=GIB).returncode == 0
    assert "MemoryError" in run(code, memory=GIB // 4).stderr


def test_a_file_cannot_grow_beyond_the_limit(tmp_path):
    code = f"f = open({str(tmp_path / 'f')!r}, 'wb', 0); f.write(bytes(1000)); f.write(bytes(1000))"
    assert run(code, file=4000).returncode == 0
    assert "File too large" in run(code, file=1000).stderr


def test_no_more_files_are_open_than_the_limit():
    code = "import os; [os.dup(0) for _ in range(50)]"
    assert run(code, files=100).returncode == 0
    assert "Too many open files" in run(code, files=30).stderr


def test_no_core_is_dumped():
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
    assert run(code).stdout == "(0, 0)\n"


def test_a_limit_of_time_shortens_every_deadline(tmp_path):
    with (
        Worker(limits=Limits(seconds=1e-9)) as worker,
        pytest.raises(WorkerError, match="exceeded 1e-09"),
    ):
        worker.ask("survey", runtime="null")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (None, Limits()),
        (["memory=8GiB"], Limits(memory=8 * GIB)),
        (["time=2.5", "files=64"], Limits(seconds=2.5, files=64)),
        (["file=500MB"], Limits(file=500_000_000)),
    ],
)
def test_words_become_limits(words, expected):
    assert options.Limiting(words).limits() == expected


@pytest.mark.parametrize(
    "word",
    [
        *("memory", "speed=3", "memory=-1", "time=never", "files=inf"),
        *("memory=0.5", "files=1e-300", "file=1e300", "memory=99999999999999999999"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_wrong_usage(word):
    with pytest.raises(UsageError) as caught:
        options.Limiting([word]).limits()
    assert caught.value.hint
