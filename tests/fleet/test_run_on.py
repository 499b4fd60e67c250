"""`bench run --on` from the command line to its report, on nodes within this process."""

import json
import os
import sys
from hashlib import sha256
from pathlib import Path

import onnx_models
import pytest
import schemas
from fleet_in_process import InProcess

from bench import cli
from bench.analysis import fleet
from bench.domain import Contest, Feed, Model, Plan, Promised, Subject, Target, effort
from bench.domain.effort import Effort
from bench.fleet import driver, on_ray
from bench.fleet.keeping import begin
from bench.fleet.packing import pack
from bench.host import calibration

CHECK_INSTALLED = on_ray.check_installed
WORDS = "run models/a.onnx -p null:cpu -b 1,2 --threads 1 --on ray://head:10001"


@pytest.fixture(autouse=True)
def tiny(tmp_path, monkeypatch):
    """One replicate of two rounds, and a cluster whose clocks nobody waits for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(calibration, "calibrate", lambda: {"hash": 0.01, "copy": 0.01})
    monkeypatch.setattr(on_ray, "RayCluster", InProcess)
    monkeypatch.setattr(on_ray, "check_installed", lambda: None)
    monkeypatch.setattr(fleet, "unsuitable", lambda outcomes: ())
    for name in ("NOBODY", "ABSENCE"):
        monkeypatch.setattr(driver, name, -1.0)
    for name, value in {"sent": [], "fetched": [], "interrupts": [], "stores": tmp_path}.items():
        monkeypatch.setattr(InProcess, name, value)
    for name in effort.EFFORTS:
        monkeypatch.setitem(effort.EFFORTS, name, Effort("tiny", 1, 1, 2, 1.0))
    Path("models").mkdir()
    onnx_models.linear(Path("models/a.onnx"))


@pytest.fixture
def bench(capsys):
    def run(words, *more):
        code = cli.main([*words.split(), *more])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def test_two_nodes_measure_a_shard_each_and_a_label_without_a_node_is_skipped_rows(bench):
    words = "--where cpu=spr --where gpu=H100 --format json"
    code, out, err = bench(WORDS, *words.split())
    assert code == 0
    document = json.loads(out)
    spr, h100 = document["reports"]
    assert [row["status"] for row in spr["outcomes"]] == ["measured"] * 2
    assert {row["case"]["model"] for row in spr["outcomes"]} == {"models/a.onnx"}
    assert [row["case"]["batch"] for row in h100["outcomes"]] == [1, 2]
    for row in h100["outcomes"]:
        assert row["status"] == "skipped"
        assert "No node of the fleet has the label gpu=H100." in row["reason"]
    assert [node for node, _ in InProcess.sent] == ["a", "b"]
    assert len(set(InProcess.fetched)) == len(InProcess.fetched) == 4  # plan and model, each once

    (folder,) = Path("reports").iterdir()
    assert f"saved in {folder}" in err
    code, out, _ = bench("fleet status --format json")
    status = json.loads(out)
    schemas.check("fleet-status", status)
    assert (status["done"], status["total"]) == (2, 4)
    assert [node["finished"] for node in status["nodes"]] == [1, 1]
    assert list(status["ended"]) == ["gpu=H100 1/2", "gpu=H100 2/2"]
    code, out, err = bench("merge --format csv", str(folder))
    assert out.count("measured") == 2
    assert code == 1
    assert f"Of {folder} 2 of 4 shards are missing: bench run --resume {folder}" in err


@pytest.fixture
def begun():
    """The folder of a fleet of this user that has measured nothing yet."""
    name, folder = "models/a.onnx", Path("reports/mine")
    contests = tuple(Contest((name,), batch, 1, 1, 0.6) for batch in (1, 2))
    subject = Subject((name,), (Target("null", "cpu"),), (1, 2), (1,))
    plan = Plan(
        subject,
        Feed(),
        effort.EFFORTS["default"],
        (Promised(name, 1, sha256(Path(name).read_bytes()).hexdigest()),),
        contests,
    )
    folder.mkdir(parents=True)
    begin(folder, pack(plan, {name: Model(name, name)}), "ray://head:10001", ("",), ("bench",))
    return str(folder)


def test_what_was_interrupted_goes_on_and_measures_nothing_finished_again(
    bench, begun, monkeypatch
):
    monkeypatch.setattr(InProcess, "labels", {"a": {}})
    assert "None of its shards has come yet." in bench("merge", begun)[2]
    InProcess.interrupts.append(1)
    code, _, err = bench("run --resume", begun)
    assert code == 130
    assert f"Go on with: bench run --resume {begun}" in err
    assert "1 of 2 shards is missing" in bench("merge", begun)[2]
    assert "1 of 2 shards are done." in bench("fleet status", begun)[1]
    code, out, err = bench("run --format json --resume", begun)
    assert code == 0, err
    document = json.loads(out)
    schemas.check("report", document)  # one machine, whole: an ordinary report
    assert sorted(row["case"]["batch"] for row in document["outcomes"]) == [1, 2]
    assert sorted(shard.number for _, shard in InProcess.sent) == [1, 2]
    assert "Nothing was left to measure" in bench("run --resume", begun)[2]
    assert len(InProcess.sent) == 2


@pytest.mark.parametrize("format", ["table", "markdown", "html"])
def test_of_a_fleet_of_which_nothing_has_come_no_machine_is_shown(bench, begun, format):
    InProcess.interrupts.append(0)
    code, out, _ = bench("run --resume", begun, "--format", format)
    assert code == 130
    assert "null:cpu" in out
    assert not [said for said in ("unknown CPU", "? CPUs", "Python ?") if said in out]


def test_a_fleet_of_somebody_else_sends_nothing_that_is_not_named_again(
    bench, begun, monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    code, _, err = bench("run --resume", begun)
    assert code == 1
    assert "was not begun by you here, and it would send:" in err
    code, _, err = bench("run models/a.onnx --resume", begun)
    assert code == 1
    assert "it would send files to ray://head:10001" in err
    assert not InProcess.sent
    InProcess.interrupts.append(0)
    assert bench("run models/a.onnx --on ray://head:10001 --resume", begun)[0] == 130


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run --where cpu=spr", "--where says which nodes of a fleet"),
        ("run --on head", "--on head is no cluster"),
        ("run --on local --where spr", "--where spr is no label"),
        ("run --on local --no-save", "--no-save would change it"),
        ("run --on local --history", "--history would change it"),
        ("run --on local --plan p.json --shard 1/1", "--on would change it"),
        ("run models/a.onnx --on local --metric a:b --dataset x.npz", "are not sent to nodes"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_exit_2(bench, words, said):
    code, out, err = bench(words)
    assert (code, out) == (2, "")
    assert said in err
    assert not os.path.exists("reports")


def test_without_ray_it_says_what_to_install(bench, monkeypatch):
    monkeypatch.setattr(on_ray, "check_installed", CHECK_INSTALLED)
    monkeypatch.setitem(sys.modules, "ray", None)
    code, _, err = bench(WORDS)
    assert code == 1
    assert "--on needs Ray." in err
    assert "pip install 'ray[client]'" in err
