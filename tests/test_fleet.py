"""A plan from its making to the merged report, through real workers with a tiny effort."""

import json
import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import onnx_models
import pytest
import schemas

from bench import cli
from bench.analysis import fleet
from bench.domain import Contest, Feed, Plan, Promised, Subject, effort
from bench.domain.effort import Effort
from bench.host import calibration
from bench.records.plans import encode, read
from bench.records.seal import is_own
from bench.records.store import JOURNAL
from bench.records.sums import SUMS

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
MODELS = ("a.onnx", "b.onnx")


@pytest.fixture(autouse=True)
def tiny(tmp_path, monkeypatch):
    """One replicate of two rounds, in a folder with two models that are compared.

    Neither a busy machine nor its speed at the moment makes two machines of this one.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fleet, "unsuitable", lambda outcomes: ())
    monkeypatch.setattr(calibration, "calibrate", lambda: {"hash": 0.01, "copy": 0.01})
    for name in effort.EFFORTS:
        monkeypatch.setitem(effort.EFFORTS, name, Effort("tiny", 1, 1, 2, 1.0))
    for name in MODELS:
        onnx_models.linear(tmp_path / name)


@pytest.fixture
def bench(capsys):
    """Runs `bench` with these words: exit code, standard output, standard error."""

    def run(words, *more):
        code = cli.main([*words.split(), *more])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


PLAN = Plan(
    Subject(MODELS, batches=(1, 2), threads=(1,)),
    Feed(),
    Effort("tiny", 1, 1, 2, 1.0),
    tuple(Promised(name, 1, "") for name in MODELS),
    tuple(Contest(MODELS, batch, 1, 2, 1.2) for batch in (1, 2)),
)


@pytest.fixture
def planned():
    """Of this user, without the digests that reading the models would give."""
    Path("plan.json").write_text(json.dumps(encode(PLAN)), "utf-8")


def test_shards_are_measured_once_and_merged_into_an_ordinary_report(bench):
    code, planned, _ = bench("plan a.onnx b.onnx -b 1,2 --threads 1 --output plan.json")
    assert code == 0
    assert "up to 2 machines: bench run --plan plan.json --shard 1/2" in planned
    schemas.check("plan", json.loads(Path("plan.json").read_text("utf-8")))
    plan, _, _ = read(Path("plan.json"))
    assert all(each.bytes == os.path.getsize(each.model) for each in plan.models)
    shards = []
    for number in ("1/2", "2/2"):
        code, out, _ = bench("run --plan plan.json --format json --shard", number)
        assert code == 0
        schemas.check("report", json.loads(out))
        shards.append({row["case"]["batch"] for row in json.loads(out)["outcomes"]})
    assert shards == [{1}, {2}]
    first, second = (f"reports/{name}" for name in sorted(os.listdir("reports")))

    before = os.stat(f"{first}/{JOURNAL}").st_size
    code, _, err = bench("run --plan plan.json --shard 1/2")
    assert code == 0
    assert f"was begun here: going on with {first}" in err
    assert "Nothing was left to measure" in err
    assert os.stat(f"{first}/{JOURNAL}").st_size == before
    assert len(os.listdir("reports")) == 2

    code, out, err = bench("merge --format csv", first)
    assert code == 1
    assert "Shard 2/2 of plan.json is missing: bench run --plan plan.json --shard 2/2" in err
    os.remove(f"{second}/{SUMS}")
    assert "Shard 2/2 of plan.json was not measured to its end" in bench("merge", first, second)[2]
    bench("run --plan plan.json --shard 2/2")

    assert bench("merge --output merged.json", first, second)[0] == 0
    document = json.loads(Path("merged.json").read_text("utf-8"))
    schemas.check("report", document)
    assert [row["case"]["batch"] for row in document["outcomes"]] == [1, 1, 2, 2]
    assert [(each["baseline"], each["candidate"]) for each in document["comparisons"]] == [
        (0, 1),
        (2, 3),
    ]
    assert bench("report merged.json")[0] == 0


def test_a_file_that_is_not_the_planned_one_is_refused_before_anything_is_saved(bench):
    models = (Promised("a.onnx", 1, "0" * 64), *PLAN.models[1:])
    Path("plan.json").write_text(json.dumps(encode(replace(PLAN, models=models))), "utf-8")
    code, _, err = bench("run --plan plan.json --shard 1/1")
    assert code == 1
    assert "a.onnx is not the file that plan.json was made of" in err
    assert not os.path.exists("reports")


def test_a_plan_of_somebody_else_opens_what_is_named_again_and_nothing_more(
    bench, planned, monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    with monkeypatch.context() as patched:
        patched.setattr("bench.engine.launcher.Worker._start", lambda worker: pytest.fail("began"))
        code, _, err = bench("run --plan plan.json --shard 1/2")
        assert code == 1
        assert "was not written by you here, and it would open or use: a.onnx b.onnx." in err
        assert bench("run a.onnx --plan plan.json --shard 1/2")[0] == 1
        code, _, err = bench("run a.onnx b.onnx c.onnx --plan plan.json --shard 1/2")
        assert code == 2
        assert "plan.json plans nothing with" in err
    assert bench("run a.onnx b.onnx --plan plan.json --shard 1/2")[0] == 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"subject": {"targets": ["evil:cpu"]}}, "--provider evil:cpu"),
        ({"subject": {"targets": ["null:cpu@/evil/python"]}}, "--provider null:cpu@/evil/python"),
        ({"subject": {"options": {"CACHE_DIR": "/etc"}}}, "--option CACHE_DIR=/etc"),
        ({"feed": {"inputs": ["x=/etc/x.npy"]}}, "--input x=/etc/x.npy"),
        ({"feed": {"dataset": "/etc/d.npz"}}, "--dataset /etc/d.npz"),
        ({"feed": {"metric": "evil:count"}}, "right answers with evil:count, whose code would run"),
        ({"feed": {"trusted": {"/evil.so": "0" * 64}}}, "uses the library /evil.so, SHA-256 0000"),
    ],
)
def test_whatever_a_changed_plan_would_open_is_named_again(
    bench, planned, monkeypatch, change, named
):
    document = json.loads(Path("plan.json").read_text("utf-8"))
    for part, fields in change.items():
        document[part] |= fields
    with open("plan.json", "w") as file:
        json.dump(document, file)
    monkeypatch.setattr("bench.engine.launcher.Worker._start", lambda worker: pytest.fail("began"))
    code, _, err = bench("run a.onnx b.onnx --plan plan.json --shard 1/2")
    assert code == 1
    assert named in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run --plan plan.json", "Add --shard 1/1 for all of it."),
        ("run --shard 1/2", "--shard is a part of a plan"),
        ("run --plan plan.json --shard 3/2", "--shard 3/2 is no part of a whole"),
        ("run --plan plan.json --shard 0/2", "--shard 0/2 is no part of a whole"),
        ("run --plan plan.json --shard x", "--shard x is no part of a whole"),
        ("run --plan plan.json --shard 1/3", "2 contests, which cannot be measured in 3 parts"),
        ("run --plan plan.json --shard 1/2 --batch 4", "--batch would change it"),
        ("run --plan plan.json --shard 1/2 --resume x", "--resume would change it"),
        ("merge a a", "A report is named twice"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_exit_2(bench, planned, words, said):
    code, out, err = bench(words)
    assert (code, out) == (2, "")
    assert said in err
    assert not os.path.exists("reports")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "onnx-bench/plan", "version": 1}'])
def test_what_is_no_plan_says_so(bench, text):
    with open("plan.json", "w") as file:
        file.write(text)
    code, _, err = bench("run --plan plan.json --shard 1/1")
    assert code == 1
    assert "plan.json is not a plan that can be read" in err


def test_a_plan_asks_for_threads_and_targets_that_are_not_here(bench):
    code, out, _ = bench("plan a.onnx -p cuda --threads 1,512 --format json")
    assert code == 0
    assert [each["threads"] for each in json.loads(out)["contests"]] == [1, 512]


def test_a_plan_is_read_as_it_was_written(planned):
    plan, digest, fields = read(Path("plan.json"))
    assert plan == PLAN
    assert digest == sha256(Path("plan.json").read_bytes()).hexdigest()
    assert is_own(fields)
    assert not is_own({**fields, "subject": {}})
