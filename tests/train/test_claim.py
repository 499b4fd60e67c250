"""What `train/fit.py` says of itself is what was measured, and the program checks it."""

import json
import statistics
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from train import fit, mnist, outcome  # noqa: E402
from train.networks import build, parameter_count  # noqa: E402
from train.recipes import recipe_for  # noqa: E402

REPORT = Path(__file__).parents[2] / "reports" / "training" / "report.json"


def test_the_docstring_tells_the_committed_report():
    document = json.loads(REPORT.read_text(encoding="utf-8"))
    runs = [
        run
        for run in map(outcome.from_document, document["outcomes"])
        if (run.network, run.recipe) == ("avg", "fast")
    ]
    accuracies = [run.accuracy for run in runs]
    mean, deviation = statistics.fmean(accuracies), statistics.stdev(accuracies)
    said = " ".join(fit.__doc__.split())
    assert len(runs) == 5 and "Five seeds" in said
    assert f"{100 * mean:.2f} ± {100 * deviation:.2f} %" in said
    assert min(accuracies) >= outcome.REQUIRED_ACCURACY
    assert f"to {100 * outcome.REQUIRED_ACCURACY:.1f} % of its test images" in said
    assert f"{parameter_count(build('avg')):,} parameters" in said
    assert f"in {recipe_for('avg', 'fast').epochs} passes" in said
    assert {run.threads for run in runs} == {2} and "on two cores" in said
    assert 45 <= statistics.median(run.seconds for run in runs) <= 75 and "a minute" in said


def test_a_run_that_falls_short_fails(training, test_split, monkeypatch, capsys):
    few = {"train": training, "test": test_split.first(100)}
    monkeypatch.setattr(mnist, "load", lambda split, folder: few[split])
    short = replace(recipe_for("avg", "fast"), epochs=1)
    monkeypatch.setattr(fit, "recipe_for", lambda network, name: short)
    with pytest.raises(AssertionError, match=r"less than 99\.4%"):
        fit.main()
    assert "of the test images are right" in capsys.readouterr().out
