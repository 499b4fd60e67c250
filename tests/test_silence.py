"""Nothing is sent or left: no socket to anywhere but this machine, no file but in our places."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import onnx_models
import pytest
import wheels
from wheels import index

from bench.engine.launcher import Worker
from bench.environments.making import made
from bench.host.silence import SILENT, silence

__all__ = ["index"]

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def test_what_is_in_the_environment_already_is_overruled():
    environment = {"ORT_DISABLE_TELEMETRY": "0", "HOME": "here"}
    modules = {"openvino_telemetry": sys}
    silence(environment, modules)
    assert environment == {**SILENT, "HOME": "here"}
    assert modules == {"openvino_telemetry": None}


def test_a_worker_is_silent_whoever_starts_it(monkeypatch):
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    with Worker() as worker:
        environment = Path(f"/proc/{worker.pid}/environ").read_bytes().split(b"\0")
    assert b"ORT_DISABLE_TELEMETRY=1" in environment


def traced(folder, words, calls):
    """A line for each system call of these names that any process of the command made."""
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("strace is not installed")
    trace = folder / "trace"
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "0"}
    command = [sys.executable, "-m", "bench", *words.split()]
    ended = subprocess.run(
        [strace, "-f", "-qq", "-e", f"trace={calls}", "-o", str(trace), *command],
        cwd=folder,
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in ended.stderr:
        pytest.skip("strace is not allowed to trace here")
    assert ended.returncode == 0, ended.stderr
    return trace.read_text()


@pytest.mark.parametrize(
    "words",
    [
        "run max --batch 1 --threads 1 --quick --replicates 1 --no-save",
        "info max",
        "profile max --batch 1 --calls 2",
        "doctor",
    ],
)
def test_no_socket_to_the_internet_is_opened(tmp_path, words):
    assert re.findall(r".*AF_INET.*", traced(tmp_path, words, "socket")) == []


# What makes a file, gives it a name, or opens it to be written; no older kernel lacks a name here.
MAKING = "mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,creat,truncate"
WRITES = re.compile(rf"(?:{MAKING.replace(',', '|')})\(|O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE")
# Of the process itself, and what Python keeps of the modules that it reads.
NO_FILE = re.compile(r'"/proc/|"/dev/|/__pycache__/')


def test_a_contender_in_an_environment_opens_no_socket_and_writes_nothing_elsewhere(
    index, tmp_path, monkeypatch
):
    wheels.spinning(index, {"1.0": 0.0})
    made(["spin==1.0"])
    onnx_models.linear(tmp_path / "linear.onnx")
    for variable in ("TMPDIR", "HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        (tmp_path / variable).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / variable))
    words = "run linear.onnx -p cpu,spin:cpu --with spin==1.0 --threads 1 --replicates 1"
    lines = traced(tmp_path, words, f"socket,socketpair,connect,open,openat,openat2,{MAKING}")
    calls = [line.partition(" ")[2].strip() for line in lines.splitlines()]
    assert [call for call in calls if call.startswith(("socket", "connect"))] == []
    written = [call for call in calls if WRITES.search(call) and not NO_FILE.search(call)]
    # The last path of a call is that of what is made; one that is not absolute is in the folder.
    places = [re.findall(r'"([^"]*)"', call)[-1] for call in written]
    assert [p for p in places if p.startswith("/") and not p.startswith(f"{tmp_path}/")] == []
    assert any(place.endswith("journal.jsonl") for place in places)
    assert (tmp_path / "reports").is_dir()
