"""What several training runs say together, in a terminal, in Markdown and on disk."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from bench.errors import ReportError
from bench.formats.markdown import plugin as markdown
from bench.formats.table import plugin as table
from bench.training import report, runs
from bench.training.summary import contests, groups
from bench.views.training import TrainingView
from bench.views.training_words import verdict
from train.mnist import Split
from train.outcome import Mistake, Outcome
from train.record import EpochResult

DOCUMENT = {
    "schema": "onnx-bench/training",
    "version": 1,
    "created": "2026-01-02T03:04:05+00:00",
    "environment": {"cpu": "Example Processor 9000"},
}


def outcome(network="avg", recipe="best", seed=1, wrong=((3, 8, 9),), epochs=3):
    history = tuple(
        EpochResult(n, (1 + seed / 10) / n, 1 - 0.1 / (n + seed), None, None, 12.0)
        for n in range(1, epochs)
    )
    last = EpochResult(epochs, 0.02, 0.99, 0.015, 1 - len(wrong) / 1_000, 13.0)
    return Outcome(
        network=network,
        recipe=recipe,
        seed=seed,
        epochs=epochs,
        images=60_000,
        counts=(100,) * 10,
        loss=0.015,
        mistakes=tuple(Mistake(*each) for each in wrong),
        history=(*history, last),
        device="cpu",
        threads=2,
        precision="bfloat16",
        torch="2.14.1",
    )


RUNS = [
    outcome(seed=1),
    outcome(seed=2, wrong=((3, 8, 9), (7, 4, 9))),
    outcome(seed=3, wrong=((3, 8, 3),)),
    outcome("max", seed=1, wrong=((3, 8, 9), *((n, 4, 9) for n in range(10, 16)))),
    outcome("max", seed=2, wrong=tuple((n, 5, 3) for n in range(10, 18))),
    outcome("avg", "original", seed=1, wrong=((3, 8, 9), (5, 2, 7)), epochs=2),
]


def test_groups_are_by_recipe_and_network_and_their_runs_by_seed():
    by_recipe = groups(RUNS[::-1])
    assert [(each.network, each.recipe) for each in by_recipe] == [
        ("avg", "best"),
        ("max", "best"),
        ("avg", "original"),
    ]
    first = by_recipe[0]
    assert [run.seed for run in first.runs] == [1, 2, 3]
    assert (first.median, first.minimum) == (0.999, 0.998)
    assert first.mean.value == pytest.approx(0.998667, abs=1e-6)


def test_confusion_counts_every_image_once_for_each_run():
    confusion = np.array(groups(RUNS)[0].confusion)
    assert (confusion.sum(axis=1) == 300).all()
    assert (confusion[8, 9], confusion[8, 3], confusion[4, 9]) == (2, 1, 1)
    assert (confusion[8, 8], confusion[0, 0]) == (297, 300)


def test_contests_are_of_networks_or_of_recipes_but_never_of_both():
    pairs = contests(groups(RUNS))
    assert [(pair.first.network, pair.second.network, pair.second.recipe) for pair in pairs] == [
        ("avg", "max", "best"),
        ("avg", "avg", "original"),
    ]
    networks, recipes = pairs
    assert (networks.seed, networks.gained, networks.lost) == (1, 6, 0)
    assert networks.p_value == pytest.approx(2 * (2 * 0.5**6))
    assert (recipes.gained, recipes.lost) == (1, 0)
    assert recipes.difference.low == -math.inf  # the original ran once


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ([1, 1, 2], "no difference in accuracy is detectable"),
        ([40, 41, 42], "avg (best) is more accurate"),
        ([0, 0, 0], "no difference in accuracy is detectable"),
    ],
)
def test_verdict_follows_the_interval_over_seeds(seconds, said):
    second = [
        outcome("max", seed=n, wrong=tuple((i, 1, 2) for i in range(count)))
        for n, count in enumerate(seconds, start=1)
    ]
    (contest,) = contests(groups(RUNS[:3] + second))
    assert said in verdict(contest)


def test_the_less_accurate_one_may_come_first():
    first = [outcome(seed=n, wrong=tuple((i, 1, 2) for i in range(50 + n))) for n in (1, 2, 3)]
    second = [outcome("max", seed=n, wrong=((3, 8, 9),) * n) for n in (1, 2, 3)]
    (contest,) = contests(groups(first + second))
    assert "max (best) is more accurate" in verdict(contest)


def test_runs_without_a_common_seed_are_not_compared():
    assert contests(groups([outcome(seed=1), outcome("max", seed=2)])) == ()


def view(folder):
    return TrainingView(report.TrainingReport(DOCUMENT, tuple(RUNS)), folder)


def test_terminal(golden):
    golden("training-80.txt", table.render(view("reports/training"), width=80, colour=False))


def test_markdown(golden):
    golden("training.md", markdown.render(view("reports/training")))


def test_it_is_read_back_and_its_pictures_lie_beside_it(tmp_path):
    pytest.importorskip("matplotlib")
    test = Split(np.zeros((1_000, 28, 28), np.uint8), np.zeros(1_000, np.uint8))
    files = report.write(tmp_path, report.report(RUNS), test)
    assert {path.name for path in files} == {path.name for path in tmp_path.iterdir()}
    assert len(files) == 1 + 2 * len(groups(RUNS))
    saved = report.read(tmp_path)
    assert saved.outcomes == tuple(RUNS)
    assert "cpu" in saved.document["environment"]
    text = markdown.render(TrainingView(saved, str(tmp_path)))
    assert all(f"({path})" in text for path in files if path.suffix == ".png")


@pytest.mark.parametrize(
    "content",
    [
        None,
        "{",
        "[]",
        json.dumps({"schema": "onnx-bench/report", "version": 1}),
        json.dumps(
            {"schema": report.TRAINING.schema, "version": 1, "outcomes": [{}], "environment": {}}
        ),
    ],
)
def test_what_is_no_report_is_a_sentence(content, tmp_path):
    if content is not None:
        (tmp_path / report.NAME).write_text(content)
    with pytest.raises(ReportError, match=r"is not a report of training runs|cannot be read"):
        report.read(tmp_path)


def test_a_report_of_a_newer_version_says_so(tmp_path):
    (tmp_path / report.NAME).write_text(json.dumps({**DOCUMENT, "version": 99, "outcomes": []}))
    with pytest.raises(ReportError, match="of version 99; this onnx-bench reads up to 1"):
        report.read(tmp_path)


def test_runs_are_found_where_they_were_placed(tmp_path):
    from train import outcome as outcomes

    for run in RUNS:
        folder = runs.run_folder(tmp_path, run.recipe, run.seed)
        outcomes.save(folder / f"{run.network}.outcome.json", run)
    collected = report.collect(tmp_path)
    assert len(collected) == len(RUNS)
    assert all(run in collected for run in RUNS)
    assert replace(RUNS[0], seed=9) not in collected
