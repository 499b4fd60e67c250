"""The live progress of a run: what is shown, how wide, and nothing where nobody looks."""

import io
import math
from dataclasses import replace

import pytest
from rich.console import Console

from bench import progress
from bench.engine.sweep import Progress

LABEL = "models/[red]\x1b[31mlong-name[/red].onnx on onnxruntime:cpu at batch 128"


def at(replicate=3, width=0.023, target=0.01, done=5, doing=f"{LABEL}: round 4"):
    return Progress(
        replicate=replicate,
        least=5,
        most=20,
        done=done,
        total=34,
        doing=doing,
        width=width,
        target=target,
    )


def drawn(monkeypatch, *updates, width=80, terminal=True):
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=terminal, color_system=None)
    monkeypatch.setattr(progress, "messages", lambda: console)
    with progress.ProgressBar() as bar:
        for update in updates:
            bar.update(update)
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_replicate_round_width_and_aim_are_whole_at_any_width(monkeypatch, width):
    text = drawn(monkeypatch, at(), width=width)
    assert "replicate 4/16, round 4, ± 2.3 % (aim 1 %)" in text
    assert "models/" in text
    assert ("at batch 128" in text) == (width > 120)


def test_where_replicates_are_given_no_width_is_aimed_at(monkeypatch):
    fixed = replace(at(), least=20)
    assert "replicate 4/20, round 4, ± 2.3 %" in drawn(monkeypatch, fixed)
    assert "aim" not in drawn(monkeypatch, fixed)


def test_a_name_steers_no_terminal(monkeypatch):
    assert "\x1b[31m" not in drawn(monkeypatch, at(), width=200)


def test_before_there_is_an_interval_none_is_shown(monkeypatch):
    for width in (None, math.inf):
        assert "±" not in drawn(monkeypatch, at(replicate=0, width=width))


def test_nothing_is_drawn_where_there_is_no_terminal(monkeypatch):
    assert drawn(monkeypatch, at(), terminal=False).strip() == ""


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (at(0, None), 5),
        (at(3, 0.005), 5),
        (at(3, 0.02), 12),
        (at(3, 0.9), 20),
        (at(6, 0.005), 7),
        (at(20, 0.02), 21),
        (at(1, math.inf), 6),
    ],
)
def test_replicates_are_expected_by_the_root_of_their_number(where, expected):
    assert progress.expected_replicates(where) == expected
