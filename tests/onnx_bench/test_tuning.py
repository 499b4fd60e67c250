"""A search from Python: what is chosen of it, and what cannot be."""

import pytest
import reports

import onnx_bench
from bench.analysis.summary import summarise
from bench.analysis.tuning import Aim, Part, confirmed
from bench.domain import Asked
from bench.engine.tuning import search
from onnx_bench import UsageError


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"goal": "speed"}, "There is no goal 'speed'"),
        ({"effort": "quick"}, "A search has its own effort"),
        ({"only": "clocks"}, "no part or option 'clocks'"),
        ({"max_accuracy_drop": 5}, "max_accuracy_drop 5 is not a share"),
        ({"max_memory": 0}, "max_memory=0 is not an amount"),
        ({"max_load": -1}, "not a number of seconds"),
        ({"batches": [1, 8]}, "is of one batch"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_runs(monkeypatch, machine, choices, said):
    monkeypatch.setattr(search, "Worker", machine())
    with pytest.raises(UsageError) as raised:
        onnx_bench.tune("max", targets="cpu", **choices)
    assert said in raised.value.message


def test_what_is_faster_is_shipped_with_its_ratio():
    default = reports.measured(reports.case(), 8e-5, reports.accuracy(), replicates=4)
    told = reports.case(target="cpu[arena=0]")
    best = reports.measured(told, 4e-5, reports.accuracy(), replicates=4)
    summary = summarise(reports.report(default, best, default))
    tuned = onnx_bench.Tuning(
        confirmed(summary, Aim(), (summary,), [Part("arena", "", "0")]), Asked()
    )
    assert tuned.shipped == tuned.best and tuned.best.target == "onnxruntime:cpu[arena=0]"
    assert tuned.verdict == "faster" and tuned.ratio.value == pytest.approx(0.5)
    assert tuned.parts["arena"].value == pytest.approx(0.5)
    assert "enable_cpu_mem_arena = False" in tuned.python
    assert tuned.sentence in repr(tuned) and tuned.sentence.startswith("cpu, fp32")
    assert "The winner without each of its parts" in str(tuned)
