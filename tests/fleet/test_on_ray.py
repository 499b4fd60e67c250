"""One fleet on Ray itself, started on this machine; studies/fleet.py tries the rest."""

import json
from pathlib import Path

import onnx_models
import pytest

from bench import cli
from bench.domain import effort
from bench.domain.effort import Effort

pytest.importorskip("ray", reason="Ray is not installed")


def test_ray_measures_what_is_planned_and_skips_a_label_that_no_node_has(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(effort.EFFORTS, "default", Effort("tiny", 1, 1, 2, 1.0))
    monkeypatch.setattr("bench.fleet.driver.NOBODY", 0.0)
    onnx_models.linear(Path("a.onnx"))
    words = "run a.onnx -p null:cpu -b 1,2 --threads 1 --no-wait --format json --on local"
    assert cli.main(words.split()) == 0
    document = json.loads(capsys.readouterr().out)
    reports = document.get("reports", [document])  # a disturbed one stands apart
    rows = [row for report in reports for row in report["outcomes"]]
    assert sorted((row["case"]["batch"], row["status"]) for row in rows) == [
        (1, "measured"),
        (2, "measured"),
    ]
    assert cli.main([*words.split(), "--where", "gpu=H100"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert {row["status"] for row in document["outcomes"]} == {"skipped"}
