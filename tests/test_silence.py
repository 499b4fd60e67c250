"""Nothing is sent: no process of a run opens a socket to anywhere but this machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.engine.launcher import Worker
from bench.host.silence import SILENT, silence

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
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "0"}
    command = [sys.executable, "-m", "bench", *words.split()]
    ended = subprocess.run(
        [strace, "-f", "-qq", "-e", "trace=socket", "-o", str(trace), *command],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in ended.stderr:
        pytest.skip("strace is not allowed to trace here")
    assert ended.returncode == 0, ended.stderr
    assert re.findall(r".*AF_INET.*", trace.read_text()) == []
