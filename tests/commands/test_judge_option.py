"""`--judge`: what ratios and verdicts are of, in run, compare and gate."""

import json

import onnx_models
import pytest
import reports

from bench.analysis.summary import summarise
from bench.cli import main


@pytest.fixture
def saved(tmp_path):
    """`saved(name, seconds)`: a report of one row with 150 calls a replicate."""

    def save(name, seconds):
        row = reports.measured(seconds=seconds, replicates=8, rounds=6, calls=25)
        path = tmp_path / name
        path.write_text(reports.saved(summarise(reports.report(row))), encoding="utf-8")
        return str(path)

    return save


@pytest.mark.parametrize(
    ("statistic", "said"), [("p50", "time"), ("mean", "mean time"), ("p90", "p90"), ("p99", "p99")]
)
def test_the_sentence_and_the_document_name_what_is_judged(saved, capsys, statistic, said):
    pair = saved("old.json", 1e-3), saved("new.json", 1.2e-3)
    assert main(["compare", *pair, "--judge", statistic]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"× the {said} of old" in shown
    assert f"Ratio: {said} over the baseline's" in shown
    assert main(["compare", *pair, "--judge", statistic, "--format", "json"]) == 0
    (comparison,) = json.loads(capsys.readouterr().out)["comparisons"]
    assert (comparison["judged"], comparison["verdict"]) == (statistic, "slower")
    assert comparison["ratio"]["value"] == pytest.approx(1.2, rel=0.02)


def test_a_gate_is_closed_by_the_statistic_that_is_named(saved, capsys):
    old, new = saved("old.json", 1e-3), saved("new.json", 1.3e-3)
    gate = ["gate", new, "--baseline", old, "--fail-if-slower", "5%"]
    assert main([*gate, "--judge", "p99"]) == 5
    assert "slower in its p99 by" in " ".join(capsys.readouterr().err.split())


def test_the_history_has_medians_alone(saved, capsys):
    gate = ["gate", saved("new.json", 1e-3), "--baseline", "history", "--fail-if-slower", "5%"]
    assert main([*gate, "--judge", "mean"]) == 2
    assert "The history keeps medians alone." in capsys.readouterr().err


def test_a_percentile_of_too_few_calls_is_no_verdict(tmp_path, capsys):
    paths = []
    for name, seconds in (("old.json", 1e-3), ("new.json", 1.2e-3)):
        row = reports.measured(seconds=seconds, replicates=8, rounds=4, calls=5)
        paths.append(tmp_path / name)
        paths[-1].write_text(reports.saved(summarise(reports.report(row))), encoding="utf-8")
    assert main(["compare", *map(str, paths), "--judge", "p99"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "p99 takes 100 calls a replicate, and one has 20." in shown


def test_a_run_judges_by_what_it_was_asked_for(capsys, tmp_path):
    pair = [str(onnx_models.linear(tmp_path / name)) for name in ("old.onnx", "new.onnx")]
    command = ["run", *pair, "--batch", "1", "--replicates", "2", "--judge", "mean"]
    assert main([*command, "--no-save", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["effort"]["judged"] == "mean"
    assert {comparison["judged"] for comparison in report["comparisons"]} == {"mean"}
