"""Real worker processes: what becomes of those that die, hang, print or answer nonsense."""

import os
import select
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench.engine import launcher
from bench.engine.launcher import Worker
from bench.engine.worker import protocol
from bench.engine.worker.files import FileRequests
from bench.engine.worker.request import Request
from bench.engine.worker.sessions import SessionRequests
from bench.errors import BenchError, RuntimeUnavailable, WorkerError

IDLE = "worker.ask('survey', runtime='null')"
IMPORTING = "worker.ask('survey', runtime='null'); worker.begin('load', runtime='onnxruntime')"
NULL = {
    "provider": "cpu",
    "model": {"name": "m", "path": "m.onnx", "inputs": (), "outputs": ()},
    "workload": {"batch": 1, "threads": 1},
    "dataset": None,
}


def gone(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


def ended(process_id):
    """Waits until a process that is not our child has ended."""
    try:
        descriptor = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 60)[0])
    finally:
        os.close(descriptor)


@pytest.fixture
def impostor(tmp_path, monkeypatch):
    """Makes every new worker run a Python script instead of the worker's module."""

    def become(script):
        path = tmp_path / "impostor"
        path.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{script}'\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(launcher.sys, "executable", str(path))

    return become


def test_a_worker_opens_warms_up_and_times_through_the_null_runtime():
    with Worker() as worker:
        assert worker.ask("load", runtime="null")["import"] > 0
        opened = worker.ask("open", **NULL)
        assert set(opened["cold"]) == {"load", "first", "second"}
        assert opened["ran"]["precision"] == "none"
        warmed = worker.ask("warm_up")
        assert warmed["median"] > 0
        assert warmed["peak_rss"] > 1_000_000
        slot = worker.ask("slot", seconds=0.001, opening=3)
        assert len(slot["samples"]) > 1
        assert all(sample >= 0 for sample in slot["samples"])


def test_the_workers_own_sentences_keep_their_kind():
    with Worker() as worker:
        worker.ask("load", runtime="null")
        with pytest.raises(RuntimeUnavailable, match="no provider 'abacus'") as caught:
            worker.ask("open", **{**NULL, "provider": "abacus"})
        with pytest.raises(BenchError, match=r"/nowhere/m\.onnx does not exist") as caught:
            worker.ask("describe", name="m", path="/nowhere/m.onnx")
        assert not isinstance(caught.value, RuntimeUnavailable)
        assert worker.ask("survey", runtime="null")["providers"][0]["name"] == "cpu"


def test_an_error_that_nobody_foresaw_is_a_sentence_and_the_worker_lives_on():
    with Worker() as worker:
        with pytest.raises(BenchError, match="TypeError"):
            worker.ask("slot", colour="green")
        assert worker.ask("survey", runtime="null")


def test_a_killed_worker_is_named_with_its_signal_and_phase():
    with Worker() as worker:
        os.kill(worker._process.pid, signal.SIGSEGV)
        with pytest.raises(WorkerError, match=r"^killed by SIGSEGV at load$"):
            worker.ask("open", **NULL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_is_meant_for_the_parent_ends_no_worker(number):
    with Worker() as worker:
        worker.ask("load", runtime="null")
        os.kill(worker.pid, number)
        assert worker.ask("open", **NULL)


def test_a_worker_that_exits_is_named_with_its_last_words(impostor):
    said = r"one\nlibfoo.so is \x1b[1mmissing\n\x1b[m"
    impostor(f'import sys; print("{said}", file=sys.stderr); sys.exit(7)')
    with Worker() as worker, pytest.raises(WorkerError) as caught:
        worker.ask("warm_up")
    assert caught.value.message == "ended with exit 7 at warm-up: libfoo.so is missing"


def test_a_worker_that_does_not_answer_is_ended_at_its_deadline(impostor, monkeypatch):
    impostor("import signal; signal.pause()")
    monkeypatch.setitem(launcher.REQUESTS, "open", Request(0.05, "load"))
    with Worker() as worker, pytest.raises(WorkerError, match=r"exceeded 0\.05 s in load"):
        worker.ask("open", **NULL)
    assert gone(worker._process.pid)


@pytest.mark.parametrize("reply", ["garbage garbage", "\\0\\0\\0\\2[]", "\\xff\\xff\\xff\\xff"])
def test_a_worker_that_answers_nonsense_and_lives_on_is_ended(impostor, monkeypatch, reply):
    impostor('import os, signal; os.write(1, b"' + reply + '"); signal.pause()')
    monkeypatch.setattr(launcher, "GRACE", 0.05)
    with Worker() as worker, pytest.raises(WorkerError, match="answered nonsense at a timed slot"):
        worker.ask("slot", seconds=0.001, opening=1)
    assert gone(worker._process.pid)


def test_what_a_library_prints_does_not_get_between_the_replies(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n"
        "from bench.runtimes.null import NullSession\n"
        "def bind(self, inputs):\n"
        "    return lambda: (print('noise'), os.write(1, b'more noise'))\n"
        "NullSession.bind = bind\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    with Worker() as worker:
        worker.ask("load", runtime="null")
        worker.ask("open", **NULL)
        assert worker.ask("slot", seconds=0.001, opening=1)["samples"]
        worker._stderr.seek(0)
        assert b"more noise" in worker._stderr.read()


def test_closing_ends_the_process_and_its_children(impostor):
    impostor(
        "import os, signal, subprocess, sys;"
        'child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]);'
        'text = ("{\\"ok\\":{\\"child\\":%d}}" % child.pid).encode();'
        'os.write(1, len(text).to_bytes(4, "big") + text); signal.pause()'
    )
    with Worker() as worker:
        child = worker.ask("warm_up")["child"]
        assert not gone(worker._process.pid)
    assert gone(worker._process.pid)
    assert ended(child)


def test_closing_twice_ends_nobody_elses_process(monkeypatch):
    worker = Worker()
    worker.close()
    monkeypatch.setattr(os, "killpg", lambda *_: pytest.fail("the number may belong to another"))
    worker.close()


@pytest.mark.parametrize("instant", ["", IDLE, IMPORTING])
def test_a_worker_ends_with_its_parent_whatever_it_does(instant):
    script = (
        "import os, signal\n"
        "from bench.engine.launcher import Worker\n"
        "worker = Worker()\n"
        f"{instant}\n"
        "print(worker._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = subprocess.run(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended(int(parent.stdout)), "the worker still runs"


def test_a_worker_whose_parent_is_gone_before_it_begins_ends_at_once():
    orphan = subprocess.run(
        [sys.executable, "-P", "-m", "bench.engine.worker", str(2**22), "{}"],
        stdin=subprocess.PIPE,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert orphan.returncode == 1


def test_nothing_is_imported_before_a_worker_is_tied_to_its_parent():
    script = (
        "import sys\n"
        "import bench.engine.worker.__main__\n"
        "print(*(name for name in sys.modules if name.startswith('bench.')))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.stdout.split() == [
        *("bench.engine", "bench.engine.worker"),
        *("bench.engine.worker.bond", "bench.engine.worker.__main__"),
    ]


def test_what_a_worker_leaves_among_temporary_files_goes_with_it(impostor, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    impostor("import os, tempfile; tempfile.mkdtemp(); os.abort()")
    with pytest.raises(WorkerError, match="SIGABRT"), Worker() as worker:
        worker.ask("warm_up")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_a_worker_answers_is_declared_with_a_deadline_and_words():
    for kind in (FileRequests, SessionRequests):
        for name, method in vars(kind).items():
            if callable(method) and not name.startswith("_"):
                assert launcher.REQUESTS[name].deadline > 0
                assert launcher.REQUESTS[name].doing


def test_a_request_that_no_worker_knows_is_a_sentence():
    with Worker() as worker:
        worker.begin("dance")
        reply = protocol.receive(worker._process.stdout.fileno(), 30)
    assert reply == {
        "error": "A worker knows no request called 'dance'.",
        "hint": "",
        "kind": "failed",
    }


def test_a_worker_in_another_environment_has_our_code_and_no_package_of_ours():
    with Worker(sys.executable) as worker:
        assert worker.ask("survey", runtime="null")["providers"]
        (path,) = (
            value
            for line in Path(f"/proc/{worker.pid}/environ").read_bytes().split(b"\0")
            for name, _, value in [line.decode().partition("=")]
            if name == "PYTHONPATH"
        )
        assert sorted(os.listdir(path)) == ["bench", "train"]


def test_a_worker_of_another_protocol_says_so_in_a_sentence(monkeypatch):
    monkeypatch.setattr(launcher.protocol, "VERSION", 99)
    with Worker() as worker, pytest.raises(BenchError, match="bench version 99") as caught:
        worker.ask("survey", runtime="null")
    assert "install it again" in caught.value.hint
