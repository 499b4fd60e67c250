"""`bench tune` and `bench run --tuned`, through real workers with a tiny effort."""

import errno
import json
import subprocess
import sys
from dataclasses import replace

import numpy
import onnx_models
import pytest
import reports
import schemas

from bench import cli
from bench.analysis import tuning
from bench.domain import effort
from bench.domain.effort import Effort
from bench.engine.tuning import bundle, races, search
from bench.host import topology
from bench.records import schema

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
CASE = ("target", "inputs", "options")
NARROW = ("-p", "cpu", "--threads", "1", "--no-wait")


@pytest.fixture(autouse=True)
def tiny(tmp_path, monkeypatch):
    """One replicate of two rounds each, one setting; an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(races, "RACING", Effort("race", 1, 1, 2, 1.0))
    monkeypatch.setattr(races, "THOROUGH", Effort("tiny", 1, 1, 2, 1.0))
    monkeypatch.setattr(search, "MOST_SETTINGS", 1)
    monkeypatch.setitem(effort.EFFORTS, "quick", Effort("tiny", 1, 1, 2, 1.0))


@pytest.fixture
def bench(capsys):
    """Runs `bench` with these arguments: exit code, standard output and error."""

    def run(*arguments):
        code = cli.main([*map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def test_a_search_writes_a_model_and_python_that_opens_it(bench, tmp_path):
    onnx_models.linear(tmp_path / "own.onnx")
    code, out, err = bench("tune", "own.onnx", *NARROW, "--format", "json")
    assert code == 0, err
    document = json.loads(out)
    schemas.check("tuning", document)
    assert {each["race"] for each in document["tried"]} == {1, 2}
    assert "The space: " in err and "bench run --tuned tuned" in err
    assert sorted(file.name for file in (tmp_path / "tuned").iterdir()) == [
        *("manifest.json", "model.onnx", "session.py", "tuned.json"),
    ]
    check = "import numpy; print(session.run(None, {'x': numpy.ones((1, 3), 'float32')})[0].shape)"
    ran = subprocess.run(
        [sys.executable, "-c", f"from tuned.session import session; {check}"],
        cwd=tmp_path,  # not where the model is
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout == "(1, 2)\n"


def test_where_there_is_no_room_the_answer_is_shown_and_what_was_there_stays(
    bench, tmp_path, monkeypatch
):
    onnx_models.linear(tmp_path / "own.onnx")
    bench("tune", "own.onnx", *NARROW)
    before = {file: file.read_bytes() for file in (tmp_path / "tuned").iterdir()}

    def full(source, destination):
        destination.write_bytes(b"")
        raise OSError(errno.ENOSPC, "No space left on device", str(source), None, str(destination))

    monkeypatch.setattr(bundle.shutil, "copyfile", full)
    code, out, err = bench("tune", "own.onnx", *NARROW)
    assert code == 1
    assert "default" in out, "the answer"
    assert "tuned cannot be written: the disk is full." in err
    assert "--tuned-folder" in err
    assert {file: file.read_bytes() for file in (tmp_path / "tuned").iterdir()} == before


def test_a_dry_run_writes_the_space_that_a_search_takes(bench, tmp_path):
    onnx_models.linear(tmp_path / "own.onnx")
    code, _, err = bench("tune", "own.onnx", *NARROW, "--dry-run", "--output", "space.json")
    assert code == 0, err
    written = json.loads((tmp_path / "space.json").read_text("utf-8"))
    schemas.check("space", written)
    assert written["target"] == ["onnxruntime:cpu"] and written["threads"] == [1]
    assert written["options"]["onnxruntime:cpu"]["arena"] == ["0"]
    code, out, err = bench("tune", "own.onnx", "--space", "space.json", "--dry-run")
    assert code == 0, err
    assert not (tmp_path / "reports").exists() and not (tmp_path / "tuned").exists()
    assert out.splitlines()[2].split() == ["target", "onnxruntime:cpu"]


def test_a_variant_is_shipped_with_its_original_and_measured_again(bench, tmp_path, monkeypatch):
    path = onnx_models.linear(tmp_path / "own.onnx", features=3, classes=4)
    inputs = numpy.random.default_rng(1).standard_normal((200, 3)).astype("float32")
    labels = onnx_models.linear_reference(inputs, classes=4).argmax(axis=1)
    numpy.savez(tmp_path / "items.npz", inputs=inputs, labels=labels)
    # Whoever comes last is picked and shipped, whatever its time.
    monkeypatch.setattr(search, "ranking", lambda outcomes, aim: [len(outcomes) - 1, 0])
    monkeypatch.setattr(search, "alone", lambda near, narrowing: [])
    monkeypatch.setattr(
        races, "confirmed", lambda *told: replace(tuning.confirmed(*told), shipped=1)
    )
    code, out, err = bench(
        *("tune", path, *NARROW, "--dataset", "items.npz", "--precision", "fp16", "--no-save"),
        *("--max-accuracy-drop", "50%"),
    )
    assert code == 0, err
    assert sorted(file.name for file in (tmp_path / "tuned").iterdir()) == [
        *("manifest.json", "model.onnx", "original", "session.py", "tuned.json"),
    ]
    code, out, err = bench(
        "run", "--tuned", "tuned", "--quick", "--no-save", "--no-wait", "--format", "json"
    )
    assert code == 0, err
    assert "as the default here" in err
    default, tuned = json.loads(out)["outcomes"]
    assert default["case"]["precision"] == "fp32" and tuned["case"]["precision"] == "fp16"
    assert tuned["case"]["variant"] == "fp16"
    assert default["case"]["model"] == tuned["case"]["original"] == str(path)
    assert tuned["accuracy"]["total"] == 200


def test_where_the_default_was_kept_it_is_measured_once_and_it_is_said(bench, tmp_path):
    onnx_models.linear(tmp_path / "own.onnx")
    usual = str(len(topology.cores(topology.usable())))
    code, _, err = bench(
        *("tune", "own.onnx", "-p", "cpu", "--threads", usual, "--no-wait"),
        *("--only", "target", "--no-save"),
    )
    assert code == 0, err
    code, out, err = bench(
        "run", "--tuned", "tuned", "--quick", "--no-save", "--no-wait", "--format", "json"
    )
    assert code == 0, err
    assert "The tuned configuration is the default here: it is measured once" in err
    document = json.loads(out)
    assert len(document["outcomes"]) == 1 and not document["comparisons"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tune", "own.onnx", "--max-accuracy-drop", "1%"), "needs labelled data"),
        (("tune", "own.onnx", "--precision", "fp32,int8"), "no labels to count by"),
        (("tune", "own.onnx", "-b", "1,8"), "is of one batch"),
        (("tune", "avgg"), "There is no bundled model"),
        (("run", "--tuned", "tuned", "-b", "4"), "batch would change it"),
        (("tune",), "Name a model"),
        (("tune", "avg", "--resume", "reports/x-tune", "--only", "arena"), "MODEL, --only would"),
    ],
)
def test_what_cannot_be_meant_is_told_at_once(bench, tmp_path, arguments, said):
    onnx_models.linear(tmp_path / "own.onnx")
    code, _, err = bench(*arguments)
    assert code == 2
    assert said in err.replace("\n", " ")


def test_a_folder_of_something_else_is_left_alone(bench, tmp_path):
    (tmp_path / "tuned").mkdir()
    (tmp_path / "tuned" / "thesis.txt").write_text("years of work", "utf-8")
    code, _, err = bench("tune", "max", *NARROW)
    assert code == 1 and "holds something else" in err
    code, _, err = bench("run", "--tuned", "tuned")
    assert code == 1 and "tuned.json" in err
    assert (tmp_path / "tuned" / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"original": "../secret.onnx"}, "outside of its folder"),
        ({"target": "onnxruntime:cpu@wicked-package"}, "tuned in the environment wicked-package"),
        ({"version": 9}, "of version 9"),
        ({"dataset": "/etc/passwd"}, "would read: --dataset /etc/passwd"),
        ({"inputs": ["x=/etc/passwd"]}, "would read: --input x=/etc/passwd"),
        (
            {"target": "onnxruntime:tensorrt[trt_extra_plugin_lib_paths=/tmp/evil.so]"},
            "would use: -o trt_extra_plugin_lib_paths=/tmp/evil.so",
        ),
        ({"options": {"profiling": "/tmp/x"}}, "would use: -o profiling=/tmp/x"),
    ],
)
def test_a_folder_from_elsewhere_installs_and_reads_nothing_else(bench, tmp_path, changes, said):
    folder = tmp_path / "tuned"
    folder.mkdir()
    case = {**schema.encode_case(reports.case()), "path": "model.onnx"}
    facts = {"original": "model.onnx", "dataset": None, "judged": "p50", "gain": None}
    target = {"case": {**case, **{key: changes[key] for key in changes if key in CASE}}}
    document = {"schema": "onnx-bench/tuned", "version": 1, **facts, **changes, **target}
    (folder / "tuned.json").write_text(json.dumps(document), "utf-8")
    code, _, err = bench("run", "--tuned", "tuned")
    assert code == 1
    assert said in " ".join(err.split())
