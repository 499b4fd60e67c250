"""`bench selftest` on workers that follow a script, and on a saved file."""

import itertools
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from scripted import FakeLaunch, FakeWorker

from bench.cli import main
from bench.domain import Model, Target
from bench.domain.effort import Effort
from bench.engine.selftest import Kind, trials
from bench.errors import BenchError
from bench.formats.markdown import plugin as markdown
from bench.records.selftest import Selftest, read
from bench.statistics.error_rates import Trial
from bench.views.selftest import SelftestView

EFFORT = Effort("quick", least=3, most=3, rounds=4, target_width=1.0)
HEADER = {
    "schema": "onnx-bench/selftest",
    "version": 1,
    "created": "2026-01-02T03:04:05+00:00",
    "model": "max",
    "environment": {"cpu": "Example Processor 9000", "usable_cpus": 2},
    "floor": {"timer": 5e-8, "call": 1.1e-7},
}
TRIALS = [
    Trial(
        "quick",
        planted,
        ratio=1 + planted + 0.001,
        low=1 + planted - 0.004,
        high=1 + planted + 0.006,
        between=0.003,
        replicates=5,
        seconds=6.5,
        turned=turned,
    )
    for turned in (False, True, False)
    for planted in (0.0, 0.01, 0.02)
]


class PlantedWorker(FakeWorker):
    """Slows its slots by what was planted; every worker has a small offset of its own."""

    offsets = itertools.cycle([0.0, 0.001, 0.002, 0.001, 0.0])

    def __init__(self):
        offset = next(self.offsets)
        planted = [0.0]

        def warm_up(**arguments):
            planted[0] = arguments["planted"]
            steady = {"calls": 30, "seconds": 0.5, "steady": True}
            return {"warm_up": steady, "median": 1e-3, "peak_rss": 1, "memory": {}}

        def slot(**arguments):
            return {"samples": [1e-3 * (1 + offset) * (1 + planted[0])] * 3, "disturbed": None}

        super().__init__(
            warm_up=warm_up,
            slot=slot,
            describe=lambda name, path: asdict(Model(name, path, "digest")),
        )


def measured(kinds, pairs, worker=PlantedWorker):
    launch = FakeLaunch(lambda number: worker())
    return list(trials("max", Target.parse("cpu"), kinds, pairs, 1, launch, clock=lambda: 0.0))


def test_a_planted_slowdown_is_found_whichever_side_it_stands_on():
    kinds = [Kind(EFFORT, 0.0), Kind(EFFORT, 0.05)]
    ended = measured(kinds, pairs=4)
    assert [trial.planted for trial in ended] == [0.0, 0.05] * 4
    for trial in ended:
        assert trial.ratio == pytest.approx(1 + trial.planted, abs=0.003)
        assert trial.low < trial.ratio < trial.high
        assert trial.replicates == 3


def test_a_trial_that_cannot_be_measured_says_why():
    def broken():
        return FakeWorker(
            open=BenchError("no such provider"),
            describe=lambda name, path: asdict(Model(name, path, "digest")),
        )

    with pytest.raises(BenchError, match="no such provider"):
        measured([Kind(EFFORT, 0.0)], 1, broken)


def saved(tmp_path: Path, *more: str) -> Path:
    lines = [json.dumps(HEADER), *(json.dumps(asdict(trial)) for trial in TRIALS)]
    path = tmp_path / "selftest.jsonl"
    path.write_text("".join(line + "\n" for line in lines) + "".join(more), encoding="utf-8")
    return path


def test_a_saved_file_is_shown_without_measuring(tmp_path, capsys, golden, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    from bench.console import results

    results.cache_clear()
    assert main(["selftest", "--show", str(saved(tmp_path))]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    results.cache_clear()
    golden("selftest-80.txt", "\n".join(lines) + "\n")


def test_markdown_has_the_same_figures(tmp_path, golden):
    golden("selftest.md", markdown.render(SelftestView(read(saved(tmp_path)))))


def test_a_torn_last_line_is_dropped(tmp_path):
    assert read(saved(tmp_path, '{"effort": "qu')).trials == tuple(TRIALS)


@pytest.mark.parametrize("text", ["", "{}\n", "no json\n", '{"schema": "other"}\n'])
def test_another_file_is_refused_in_a_sentence(tmp_path, text, capsys):
    path = tmp_path / "other.jsonl"
    path.write_text(text, encoding="utf-8")
    assert main(["selftest", "--show", str(path)]) == 1
    assert "is not a self-test that can be read" in capsys.readouterr().err


def test_what_cannot_be_planted_is_wrong_usage(capsys):
    assert main(["selftest", "--planted", "much"]) == 2
    assert "--planted much is not a share" in capsys.readouterr().err


@pytest.mark.parametrize(("share", "written"), [(0.005, "0.5 %"), (0.015, "1.5 %"), (0.0, "A/A")])
def test_what_was_planted_is_written_exactly(share, written):
    trials = [replace(trial, planted=share) for trial in TRIALS[:1]]
    assert f"| {written} |" in markdown.render(SelftestView(Selftest(HEADER, tuple(trials))))
