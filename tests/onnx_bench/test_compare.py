"""`onnx_bench.compare` and `validate`: which is faster, which is right."""

from dataclasses import asdict

import onnx_models
import pytest
from machines import TINY
from scripted import RAN

import onnx_bench
from bench.domain import Agreement
from bench.errors import BenchError


def test_two_models_take_turns(machine):
    machine({"avg": 1e-3, "max": 2e-3})
    compared = onnx_bench.compare("avg", "max", batches=[1, 2], effort=TINY)
    assert [each.verdict for each in compared] == ["slower", "slower"]
    assert compared[0].ratio == pytest.approx(2, rel=0.01)
    assert [row.batch for row in compared.report.rows] == [1, 2, 1, 2]


def test_a_notebook_shows_the_finding_and_its_table(machine):
    machine({"avg": 1e-3, "max": 2e-3})
    compared = onnx_bench.compare("avg", "max", batches=1, effort=TINY)
    html = compared._repr_html_()
    assert "max takes" in html
    assert "<table>" in html
    assert repr(compared) == f"<onnx_bench.Comparisons: {compared[0].sentence}>"
    assert "slower" in str(compared)


def test_two_reports_are_compared_with_the_spread_between_runs(machine, tmp_path):
    machine({"avg": 1e-3})
    old = onnx_bench.run("avg", batches=1, effort=TINY)
    machine({"avg": 2e-3})
    new = onnx_bench.run("avg", batches=1, effort=TINY)
    compared = onnx_bench.compare(old, new)
    assert [each.verdict for each in compared] == ["slower"]
    assert compared.report is None
    paths = (report.save(tmp_path / f"{name}.json") for name, report in (("a", old), ("b", new)))
    (from_files,) = onnx_bench.compare(*paths)
    assert (from_files.ratio, from_files.low) == (compared[0].ratio, compared[0].low)
    assert compared[0].low < 1.97 < 2.03 < compared[0].high  # ± 2 % of each run


def test_a_report_in_memory_has_no_place_from_which_to_go_on(machine):
    machine()
    report = onnx_bench.run("avg", batches=1, effort=TINY)
    with pytest.raises(onnx_bench.UsageError, match="not saved"):
        onnx_bench.compare(report, "avg")


def test_wrong_outputs_are_raised_and_not_compared(machine):
    machine(evaluate={"accuracy": None}, agree={"agreement": None, "mismatch": "They differ."})
    with pytest.raises(onnx_bench.BenchError, match=r"They differ\."):
        onnx_bench.compare("avg", "max", batches=1, effort=TINY)


def broken_at(batch, **opened):
    """What a worker answers to `open`: an error at one batch."""

    def answer(workload, **others):
        return BenchError("it broke.") if workload["batch"] == batch else opened

    return {"open": answer}


def test_a_row_that_broke_is_told_beside_the_comparison_of_the_others(machine):
    machine(**broken_at(2, ran=RAN, cold={"load": 0.1, "first": 0.1, "second": 0.1}))
    compared = onnx_bench.compare("avg", "max", batches=[1, 2], effort=TINY)
    assert len(compared) == 1
    assert "failed: it broke." in str(compared)


def test_a_test_does_not_pass_by_the_rows_that_are_left(machine):
    machine(**broken_at(2, ran=RAN, cold={"load": 0.1, "first": 0.1, "second": 0.1}))
    with pytest.raises(BenchError, match=r"rows failed\. .*it broke\."):
        onnx_bench.assert_not_slower("max", "avg", by="50%", batches=[1, 2], effort=TINY)


@pytest.mark.parametrize(
    ("answers", "verdict", "reason"),
    [
        ({}, "right", None),
        ({"agree": {"agreement": None, "mismatch": "They differ."}}, "wrong", "They differ."),
        ({"load": onnx_bench.RuntimeUnavailable("No GPU.")}, "skipped", "No GPU."),
        ({"open": onnx_bench.ModelError("No such operator.")}, "failed", "No such operator."),
    ],
)
def test_a_model_is_right_or_it_is_said_why_not(machine, answers, verdict, reason):
    machine(**answers)
    (validity,) = onnx_bench.validate("avg", batches=1)
    assert (validity.verdict, validity.reason) == (verdict, reason)
    assert validity.correct == (9_960 if verdict == "right" else validity.correct)


def test_without_a_reference_it_is_unchecked(machine, tmp_path):
    machine()
    (validity,) = onnx_bench.validate(onnx_models.linear(tmp_path / "m.onnx"), batches=1)
    assert validity.verdict == "unchecked"
    assert "nothing to hold its outputs against" in validity.reason


def test_how_far_outputs_are_off_is_told(machine, tmp_path):
    machine(agree={"agreement": asdict(Agreement(1e-6, 1.0)), "mismatch": None})
    (validity,) = onnx_bench.validate(onnx_models.linear(tmp_path / "m.onnx"), batches=1)
    assert (validity.verdict, validity.max_abs_diff) == ("right", 1e-6)
