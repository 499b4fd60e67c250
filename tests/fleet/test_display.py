"""What is seen of a fleet while it measures: nodes on a terminal, a line a minute elsewhere."""

import io

import pytest
from rich.console import Console

from bench import progress
from bench.domain import Shard
from bench.fleet import display
from bench.fleet.cluster import Node
from bench.fleet.driver import FleetStanding, Seat

SHARD = Shard("d" * 64, "plan.json", 3, 8)
SEATS = (
    Seat(Node("1", "alpha"), SHARD, since=10.0, doing="replicate 2, \x1b[31mm.onnx"),
    Seat(Node("2", "beta")),
    Seat(Node("3", "gamma"), heard=40.0, silent=True),
    Seat(Node("4", "delta"), unfit="It has no room."),
)


@pytest.fixture
def shown(monkeypatch):
    """Shows standings at the given seconds; what was printed."""

    def show(*moments, terminal=True, height=24):
        stream = io.StringIO()
        console = Console(
            file=stream, width=80, height=height, force_terminal=terminal, color_system=None
        )
        for module in (display, progress):
            monkeypatch.setattr(module, "messages", lambda: console)
        now = [0.0]
        with display.FleetDisplay(lambda: now[0]) as made:
            for now[0] in moments:
                made.show(FleetStanding(SEATS, 2, 1, 8))
        return stream.getvalue()

    return show


def test_each_node_has_a_line_with_what_it_does(shown):
    text = shown(100.0)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert any(line.endswith("alpha 3/8 90 s replicate 2, \\x1b[31mm.onnx") for line in lines)
    assert "beta free" in lines
    assert "gamma silent 60 s its shard was given back" in lines
    assert "delta left out It has no room." in lines
    assert "2 of 8 shards are done, 1 cannot be measured; 2 nodes" in lines


def test_a_low_terminal_counts_the_nodes_that_it_has_no_line_for(shown):
    text = shown(100.0, height=5)
    assert "beta" in text
    assert "gamma" not in text
    assert "and 2 more" in text


def test_elsewhere_there_is_a_line_a_minute(shown):
    text = shown(1.0, 59.0, 61.0, 90.0, 119.0, 122.0, terminal=False)
    assert text.splitlines() == ["2 of 8 shards are done, 1 cannot be measured; 2 nodes"] * 2
