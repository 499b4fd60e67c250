"""Cases of the public corpus end as pass, mismatch, unsupported or failed, whatever they do."""

import json
from pathlib import Path

import numpy
import onnx_models
import pytest
from onnx import numpy_helper

from bench.accuracy.corpus import run_case
from bench.domain import Target
from bench.engine.corpus import CorpusRun, CorpusTable, counts, sweep
from bench.errors import WorkerError
from bench.formats.markdown import MarkdownFormat
from bench.views.corpus import CorpusView

CPU = Target("onnxruntime", "cpu")
SAVED = Path(__file__).parents[2] / "reports" / "corpus"
X = numpy.arange(6, dtype="float32").reshape(2, 3)


@pytest.fixture
def case(tmp_path):
    pytest.importorskip("onnxruntime")
    onnx_models.linear(tmp_path / "model.onnx")
    data = tmp_path / "test_data_set_0"
    data.mkdir()
    (data / "input_0.pb").write_bytes(numpy_helper.from_array(X, "x").SerializeToString())
    right = numpy_helper.from_array(onnx_models.linear_reference(X), "y")
    (data / "output_0.pb").write_bytes(right.SerializeToString())
    return tmp_path


@pytest.fixture
def runtime():
    from bench.runtimes import RUNTIMES

    loaded = RUNTIMES.load("onnxruntime")
    loaded.load()
    return loaded


def test_a_right_case_passes_and_says_where(case, runtime):
    answer = run_case(case, runtime, "cpu")
    assert answer == {"result": "pass", "reason": "", "where": "CPUExecutionProvider"}


def test_a_wrong_output_is_a_mismatch(case, runtime):
    wrong = numpy_helper.from_array(onnx_models.linear_reference(X) + 1, "y")
    (case / "test_data_set_0" / "output_0.pb").write_bytes(wrong.SerializeToString())
    answer = run_case(case, runtime, "cpu")
    assert answer["result"] == "mismatch" and "first at [0, 0]" in answer["reason"]


def test_what_the_runtime_refuses_is_unsupported_without_the_path(case, runtime):
    onnx_models.unknown_operator(case / "model.onnx")
    answer = run_case(case, runtime, "cpu")
    assert answer["result"] == "unsupported" and "NoSuchOperator" in answer["reason"]
    assert str(case) not in answer["reason"]


def test_damaged_data_has_failed(case, runtime):
    (case / "test_data_set_0" / "input_0.pb").write_bytes(b"\xff")
    assert run_case(case, runtime, "cpu")["result"] == "failed"


def markdown(cases, target="onnxruntime:cpu", versions=None):
    table = CorpusTable(target, versions or {}, cases)
    return MarkdownFormat().render(CorpusView(CorpusRun((table,), {})))


class Scripted:
    """A worker that dies at the case it is told to."""

    started = 0

    def __init__(self, dies_at):
        Scripted.started += 1
        self._dies_at = dies_at

    def ask(self, do, **arguments):
        if do == "corpus_case" and arguments["folder"].endswith(self._dies_at):
            raise WorkerError("killed by SIGSEGV at a case of the corpus")
        return {"result": "pass", "reason": "", "where": ""}

    def close(self):
        Scripted.started -= 1


def test_a_case_is_run_with_the_options_of_its_target(monkeypatch):
    told = []
    monkeypatch.setattr(Scripted, "ask", lambda self, do, **arguments: told.append(arguments) or {})
    target = Target.parse("openvino:gpu:1[NUM_STREAMS=2]")
    list(sweep(lambda: Scripted(""), Path("."), ["node/a"], target))
    assert told[-1]["options"] == {"NUM_STREAMS": "2", "device": "1"}
    assert (told[-1]["runtime"], told[-1]["provider"]) == ("openvino", "gpu")


def test_a_case_that_kills_its_worker_takes_no_other_down():
    Scripted.started = 0
    cases = ["node/a", "node/b", "simple/c"]
    answers = dict(sweep(lambda: Scripted("node/b"), Path("."), cases, CPU))
    assert [answer["result"] for answer in answers.values()] == ["pass", "failed", "pass"]
    assert "SIGSEGV" in answers["node/b"]["reason"]
    assert Scripted.started == 1  # the one that died; the other was closed
    assert counts(answers)["node"] == {"pass": 1, "mismatch": 0, "unsupported": 0, "failed": 1}
    assert "| node | 2 | 1 | 0 | 0 | 1 |" in markdown(answers)
    assert "| node/b | killed by SIGSEGV" in markdown(answers)


@pytest.mark.parametrize("name", ["onnxruntime-cpu", "onnxruntime-openvino"])
def test_the_saved_table_has_a_reason_for_every_case_that_is_no_pass(name):
    saved = json.loads((SAVED / f"{name}.json").read_text(encoding="utf-8"))
    assert saved["counts"] == counts(saved["cases"])
    assert all(case["reason"] for case in saved["cases"].values() if case["result"] != "pass")
    shown = markdown(saved["cases"], saved["target"], saved["versions"])
    assert (SAVED / f"{name}.md").read_text(encoding="utf-8") == shown


def test_the_saved_table_reaches_what_was_asked_for():
    saved = json.loads((SAVED / "onnxruntime-cpu.json").read_text(encoding="utf-8"))["counts"]
    assert sum(saved["node"].values()) == 1884 and saved["node"]["pass"] >= 1594
    for kind in ("real", "pytorch-converted"):
        assert saved[kind]["mismatch"] == saved[kind]["failed"] == 0
