"""`bench doctor` at 80 columns and as JSON, with runtimes and a machine that follow a script."""

import json
import sys
from types import SimpleNamespace

import pytest

from bench import runtimes
from bench.cli import main
from bench.console import messages, results
from bench.domain import Provider
from bench.engine import survey as surveying
from bench.errors import RuntimeUnavailable, WorkerError
from bench.host.doctor import examine as doctor
from bench.host.doctor.examine import Check

NO_CUDA = (
    "The CUDA provider cannot be loaded: libcudart.so.13: cannot open shared object file: No such"
    " file or directory. Install CUDA 13 and cuDNN 9 with: pip install"
    " 'onnxruntime-gpu[cuda,cudnn]'"
)
INSTALL = "pip install 'onnxruntime-gpu[cuda,cudnn]'"
CHECKS = [
    Check("onnxruntime wheels", "ok", "onnxruntime-gpu 1.31.1 is the only one."),
    Check("CUDA libraries", "problem", "Not found: libcudart.so.13, libcublas.so.13.", INSTALL),
    Check("cuDNN library", "problem", "Not found: libcudnn.so.9.", INSTALL),
    Check("governor", "not applicable", "The kernel does not tell here."),
    Check("load", "warning", "1.30 on 2 CPUs in the last minute.", "End other programs: `top`."),
]
SURVEYS = {
    "onnxruntime": {"cpu": Provider("cpu"), "cuda": Provider("cuda", NO_CUDA)},
    "torch": RuntimeUnavailable("torch is not installed.", "Install it with: pip install torch"),
    "odd\x1b2J": WorkerError("killed by SIGSEGV at looking for providers: [bold]bang[/bold]"),
    "null": {"cpu": Provider("cpu")},
}


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """The runtimes and checks above, on consoles of 80 columns."""

    def survey(runtime, environment=""):
        asked.append(environment)
        if isinstance(SURVEYS[runtime], Exception):
            raise SURVEYS[runtime]
        return SURVEYS[runtime]

    def look(before, sites, typed=str):
        looked.append((sites, typed("pip install a")))
        return CHECKS

    asked, looked = [], []
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(surveying, "survey", survey)
    monkeypatch.setattr(runtimes, "RUNTIMES", SimpleNamespace(all_names=lambda: tuple(SURVEYS)))
    monkeypatch.setattr(doctor, "examine", look)
    for console in (messages, results):
        console.cache_clear()
    yield SimpleNamespace(asked=asked, looked=looked)
    for console in (messages, results):
        console.cache_clear()


@pytest.fixture
def run(capsys):
    """Runs `bench doctor`: the exit code, standard output, standard error."""

    def run(*arguments):
        code = main(["doctor", *arguments])
        return code, *capsys.readouterr()

    return run


def test_the_table_at_80_columns(run, golden):
    code, out, err = run()
    assert (code, err) == (0, "")
    golden("doctor-80.txt", "\n".join(line.rstrip() for line in out.splitlines()) + "\n")


def test_json_holds_all_that_the_table_shows(run):
    code, out, _ = run("--format", "json", "--require", "cpu")
    assert code == 0
    fields = json.loads(out)
    assert (fields["schema"], fields["version"]) == ("onnx-bench/doctor", 1)
    targets = {row["target"]: (row["usable"], row["reason"]) for row in fields["targets"]}
    assert targets["onnxruntime:cpu"] == targets["null:cpu"] == (True, None)
    assert targets["onnxruntime:cuda"] == (False, NO_CUDA)
    assert targets["torch"] == (False, SURVEYS["torch"].sentence())
    assert fields["checks"][1] == {
        "name": "CUDA libraries",
        "state": "problem",
        "sentence": "Not found: libcudart.so.13, libcublas.so.13.",
        "hint": INSTALL,
    }
    assert fields["required"] == [{"target": "onnxruntime:cpu", "usable": True, "reason": None}]


def test_what_is_required_and_usable_exits_0(run):
    assert run("--require", "cpu", "--require", "null")[0] == 0


@pytest.mark.parametrize("name", ["table", "json"])
def test_what_is_required_and_not_usable_exits_3_with_the_missing_library(run, name):
    code, out, err = run("--require", "cpu", "--require", "cuda", "--format", name)
    assert code == 3
    assert out, "what was found is shown all the same"
    assert err.startswith("error: onnxruntime:cuda cannot be used: The CUDA provider")
    assert "libcudart.so.13" in err
    assert "onnxruntime:cpu" not in err


@pytest.mark.parametrize(
    ("target", "reason"), [("torch:cuda", "torch is not installed."), ("odd\x1b2J:x", "SIGSEGV")]
)
def test_a_runtime_that_is_absent_or_crashes_cannot_give_what_is_required(run, target, reason):
    code, out, err = run("--require", target)
    assert code == 3
    assert reason in err
    assert "\x1b" not in out + err


@pytest.mark.parametrize("word", ["abacus", "nosuch:cpu", "onnxruntime:", ""])
def test_words_that_mean_no_target_are_wrong_usage(run, word):
    code, out, err = run("--require", word)
    assert (code, out) == (2, "")
    assert "Choose one of: " in err


def test_another_format_is_wrong_usage(run):
    code, out, _ = run("--format", "papyrus")
    assert (code, out) == (2, "")


def test_this_machine_is_examined(monkeypatch):
    monkeypatch.undo()
    checks = doctor.examine(doctor.moment())
    assert {check.state for check in checks} <= {"ok", "warning", "problem", "not applicable"}
    assert len({check.name for check in checks}) == len(checks)
    assert {"CPU quota", "CPU affinity", "memory", "governor", "turbo", "load", "steal"} <= {
        check.name for check in checks
    }
    assert all(check.sentence.endswith(".") for check in checks), checks
    assert not [c.name for c in checks if c.state in ("problem", "warning") and not c.hint]


def test_this_machines_runtimes_are_asked_in_workers(monkeypatch, capsys):
    monkeypatch.undo()
    results.cache_clear()
    monkeypatch.setattr(runtimes, "RUNTIMES", SimpleNamespace(all_names=lambda: ("null",)))
    monkeypatch.setattr(doctor, "examine", lambda before, sites: CHECKS)
    assert main(["doctor", "--require", "null", "--format", "json"]) == 0
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    assert target == {"target": "null:cpu", "usable": True, "reason": None}


def test_another_python_is_asked_and_looked_into_and_no_two_at_once(run, machine):
    code, _, _ = run("--python", sys.executable)
    assert code == 0
    assert set(machine.asked) == {sys.executable}
    ((sites, pip),) = machine.looked
    assert any(site.endswith("site-packages") for site in sites)
    assert pip == f"{sys.executable} -m pip install a"
    code, _, error = run("--with", "a==1", "--python", sys.executable)
    assert code == 2
    assert "Run it once for each" in error
