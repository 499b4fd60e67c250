"""The live progress of a run: what is shown, how wide, and nothing where nobody looks."""

import io
import math
from dataclasses import replace

import pytest
from rich.console import Console
from scripted import Seconds

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
    assert "4/20, round 4, beyond ± 100 % (aim 1 %)" in drawn(monkeypatch, at(width=5e9))
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


def said(monkeypatch, updates, clock, **terminal):
    """What is printed where nobody has a terminal; each update comes 20 seconds after the last."""
    stream = io.StringIO()
    monkeypatch.setattr(progress, "messages", lambda: Console(file=stream, width=80, **terminal))
    with progress.ProgressBar(clock=clock) as bar:
        for update in updates:
            clock.now += 20
            bar.update(update)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("terminal", [{}, {"force_terminal": True, "_environ": {"TERM": "dumb"}}])
def test_a_log_or_a_dumb_terminal_gets_a_line_now_and_then(monkeypatch, terminal):
    lines = said(monkeypatch, [at(done=done) for done in range(7)], Seconds(), **terminal)
    assert len(lines) == 2
    assert lines[0].startswith("replicate 4/16, round 4, ± 2.3 % (aim 1 %), models/")


def test_the_table_so_far_is_drawn_below_the_bar_and_replaced(monkeypatch):
    stream = io.StringIO()
    console = Console(file=stream, width=80, height=10, force_terminal=True, color_system=None)
    monkeypatch.setattr(progress, "messages", lambda: console)
    with progress.ProgressBar(lambda rows, width: f"{rows} {width}\n" + "line\n" * 20) as bar:
        bar.update(at())
        bar.show("first")
        bar.show("second")
    first, second = stream.getvalue().split("first 80")
    assert "replicate 4/16" in second
    assert "second 80" in second
    assert first.count("line") == 0
    drawings = 3  # the second time once more, when it is taken off the screen
    assert second.count("line") == drawings * (10 - 3 - 1), "as many as there is room for"


@pytest.mark.parametrize(
    ("seconds", "left", "expected"),
    [
        (5.0, math.inf, None),
        (30.0, math.inf, "about 6 minutes to go: 13 replicates of 30 s. Ctrl-C ends it and keeps"),
        (600.0, math.inf, "about 2 hours to go: 13 replicates of 600 s. Ctrl-C"),
        (30.0, 100.0, None),
    ],
)
def test_a_run_that_takes_long_says_so_once_after_its_first_replicate(
    monkeypatch, seconds, left, expected
):
    first = replace(at(replicate=1, width=None), least=13, seconds=seconds, left=left)
    lines = said(monkeypatch, [at(0, None), first, first], Seconds())
    told = [line for line in lines if "to go" in line]
    assert [line.startswith(expected) for line in told] == ([True] if expected else [])


def test_drawing_takes_no_time_of_the_slots(monkeypatch):
    stream, clock = io.StringIO(), Seconds()
    console = Console(file=stream, width=120, force_terminal=True, color_system=None)
    monkeypatch.setattr(progress, "messages", lambda: console)
    with progress.ProgressBar(clock=clock) as bar:
        for number in range(20):
            clock.now += 0.01
            bar.update(at(doing=f"m: round {number}"))
        drawn = stream.getvalue()
    assert drawn.count("round") == 2
