"""`bench selftest`: what it plans, saves and shows."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cli import main
from bench.domain import Model
from bench.engine import selftest as selftest_engine
from bench.engine.selftest import Floor
from bench.errors import BenchError
from bench.formats.markdown import plugin as markdown
from bench.records.selftest import Selftest, encode_trial, read
from bench.statistics.error_rates import Trial, TrialKind
from bench.views.selftest import SelftestView

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
        TrialKind("quick", planted),
        ratio=1 + planted + 0.001,
        low=1 + planted - 0.004,
        high=1 + planted + 0.006,
        between=0.003,
        replicates=5,
        seconds=6.5,
        turned=turned,
        verdict="slower" if planted > 0.01 else "tiny" if planted else "equivalent",
    )
    for turned in (False, True, False)
    for planted in (0.0, 0.01, 0.02)
]


def saved(tmp_path: Path, *more: str) -> Path:
    lines = [json.dumps(HEADER), *(json.dumps(encode_trial(trial)) for trial in TRIALS)]
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
    trials = [replace(trial, kind=TrialKind("quick", share)) for trial in TRIALS[:1]]
    assert f"| {written} |" in markdown.render(SelftestView(Selftest(HEADER, tuple(trials))))


@pytest.fixture
def measuring(monkeypatch):
    """Trials that end at once, until one is interrupted; returns how many still do."""
    left = [5]

    def trial(sitting, case, *arguments):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        medians = [
            replace(TRIALS[0], kind=kind, ratio=1.0 + case.workload.seed) for kind in sitting.kinds
        ]
        means = [replace(each, kind=replace(each.kind, judged="mean")) for each in medians]
        return [*medians, *means]

    monkeypatch.setattr("bench.engine.selftest.measured", trial)
    monkeypatch.setattr("bench.engine.selftest.floor", lambda: Floor(5e-8, 1e-7))
    monkeypatch.setattr("bench.engine.selftest.described", lambda name, launch: Model(name, ""))
    return left


def started(tmp_path, capsys, *more):
    command = ["selftest", "--planted", "0,1%", "--trials", "4", "--no-wait"]
    code = main([*command, "--reports", str(tmp_path), *more])
    (path,) = tmp_path.glob("*/selftest.jsonl")
    return code, path, capsys.readouterr()


def test_a_self_test_says_its_size_and_what_was_stopped_goes_on(measuring, tmp_path, capsys):
    code, path, told = started(tmp_path, capsys)
    assert code == 130
    assert told.err.startswith("8 sittings for 2 kinds of trials, about ")
    assert f"bench selftest --resume {path}" in told.err
    assert len(read(path).trials) == 10
    with path.open("a", encoding="utf-8") as file:
        file.write('{"effort": "defa')  # the machine stopped in the middle of a line
    measuring[0] = 100
    assert main(["selftest", "--resume", str(path), "--no-wait"]) == 0
    assert f"saved in {path}" in capsys.readouterr().err
    whole = read(path).trials
    assert [trial.kind.planted for trial in whole if trial.kind.judged == "p50"] == [0, 0.01] * 4
    assert [round(trial.ratio - 1) for trial in whole[::2]] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert measuring[0] == 97
    assert [trial.sitting for trial in whole[::2]] == list(range(8))


def test_a_self_test_begins_nothing_when_its_minutes_are_over(measuring, tmp_path, capsys):
    code, path, told = started(tmp_path, capsys, "--minutes", "0")
    assert code == 0
    assert len(read(path).trials) == 2
    assert "0 minutes are over: 1 of 8 sittings. Go on with: bench selftest --resume" in (
        " ".join(told.err.split())
    )
    measuring[0] = 100
    assert main(["selftest", "--resume", str(path), "--no-wait", "--minutes", "60"]) == 0
    assert len(read(path).trials) == 16
    assert "are over" not in capsys.readouterr().err


def test_what_is_read_off_sittings_says_so(measuring, tmp_path, capsys):
    only = [
        "--suite",
        "--only",
        "quick,A/A,2%,threads",
        "--trials",
        "2",
        "--reports",
        str(tmp_path),
    ]
    assert main(["selftest", *only, "--no-wait"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Read off 2 sittings: slowed rows share a plain one" in out


def test_a_trial_that_breaks_keeps_those_before_and_says_how_to_go_on(
    measuring, tmp_path, capsys, monkeypatch
):
    whole = selftest_engine.measured

    def breaking(kind, *arguments):
        if measuring[0] == 2:
            raise BenchError("A worker was killed.", "Close other programs.")
        return whole(kind, *arguments)

    monkeypatch.setattr(selftest_engine, "measured", breaking)
    code, path, told = started(tmp_path, capsys)
    assert code == 1
    assert "A worker was killed." in told.err
    assert f"Close other programs. Go on with: bench selftest --resume {path}" in told.err
    assert len(read(path).trials) == 6


def test_a_sitting_in_which_the_code_changed_is_not_kept(measuring, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(selftest_engine, "digest", lambda model: str(measuring[0] > 2))
    code, path, told = started(tmp_path, capsys)
    assert code == 1
    assert "The code that measures or judges changed meanwhile." in told.err
    assert len(read(path).trials) == 4


def test_a_misspelt_model_is_told_before_anything_is_saved(tmp_path, capsys):
    assert main(["selftest", "--model", "mxa", "--reports", str(tmp_path)]) == 2
    assert "mxa" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_has_measured_yet_is_said(measuring, tmp_path, capsys):
    measuring[0] = 0
    only = ["--suite", "--only", "default,A/A,1%", "--trials", "4", "--reports", str(tmp_path)]
    assert main(["selftest", *only, "--no-wait"]) == 130
    (path,) = tmp_path.glob("*/selftest.jsonl")
    capsys.readouterr()
    for form in ("table", "markdown"):
        assert main(["selftest", "--show", str(path), "--format", form]) == 0
        assert capsys.readouterr().out.count("not measured") == 2, "those that were planned"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": "other"}, "is of the model other"),
        ({"sources": "0123456789"}, "other code that measures or judges"),
        ({"plan": None}, "does not say what was planned"),
        ({"plan": {"stages": 3}}, "is not a self-test that can be read"),
        ({"environment": {"cpu": "Another"}}, "was started with cpu Another, and here it is"),
    ],
)
def test_what_is_of_something_else_does_not_go_on(measuring, tmp_path, capsys, change, said):
    _, path, _ = started(tmp_path, capsys)
    first, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([json.dumps({**json.loads(first), **change}) + "\n", *rest]), "utf-8")
    before = path.read_bytes()
    assert main(["selftest", "--resume", str(path), "--no-wait"]) == 1
    assert said in " ".join(capsys.readouterr().err.split())
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--show", "a", "--suite"], "--show and --suite exclude each other"),
        (["--resume", "a", "--trials", "3"], "--resume and --trials exclude each other"),
        (["--suite", "--planted", "1%"], "--suite and --planted exclude each other"),
        (["--show", "a", "--minutes", "3"], "--show and --minutes exclude each other"),
        (["--only", "quick"], "--only names trials of the suite"),
    ],
)
def test_options_that_would_not_count_are_wrong_usage(capsys, arguments, said):
    assert main(["selftest", *arguments]) == 2
    assert said in capsys.readouterr().err
