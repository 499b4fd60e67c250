"""Whole runs in other environments: releases side by side, offline, from a test's own index."""

import json

import onnx_models
import pytest
import wheels
from wheels import index

from bench import cli
from bench.environments.interpreter import interpreter

__all__ = ["index"]


@pytest.fixture
def run(index, tmp_path, monkeypatch, capsys):
    """Runs bench on a small model; returns its exit code, the report and what it told."""
    interpreter.cache_clear()
    monkeypatch.chdir(tmp_path)
    wheels.spinning(index, {"1.0": 0.0, "1.1": 0.05})
    onnx_models.linear(tmp_path / "linear.onnx")

    def bench(*words):
        usual = "run linear.onnx -p spin:cpu --threads 1 --replicates 1 --no-save --format json"
        code = cli.main([*usual.split(), *words])
        printed = capsys.readouterr()
        return code, json.loads(printed.out), printed.err

    return bench


def test_two_releases_run_side_by_side_and_one_that_cannot_be_is_skipped(run):
    words = [f"--with=spin=={version}" for version in ("1.0", "1.1", "9.9")]
    code, report, told = run(*words)
    assert code == 0, told
    first, second, absent = report["outcomes"]
    assert [each["ran"]["runtime_version"] for each in (first, second)] == ["1.0", "1.1"]
    assert first["case"]["target"] == "spin:cpu@spin==1.0"
    (comparison,) = report["comparisons"]
    assert (comparison["baseline"], comparison["candidate"]) == (0, 1)
    assert absent["status"] == "skipped"
    assert absent["reason"].startswith("The environment spin==9.9 cannot be made: ")
    assert told.count("making the environment") == 3
