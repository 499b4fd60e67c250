"""When a slot was disturbed, and counters that the kernel really moves."""

import os
from dataclasses import replace

import pytest

from bench.host import disturbance
from bench.host.disturbance import Counters, Trail, judge

START = Counters(wall=100.0, cpu=10.0, queued=1.0, stolen=5.0, throttled=0.5, involuntary=7)
SLOT = 0.2  # seconds


@pytest.fixture(autouse=True)
def one_cpu(monkeypatch):
    """As a pinned worker of one thread sees it."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3})


@pytest.mark.parametrize(
    ("changes", "threads", "reason"),
    [
        ({}, 1, None),
        ({"involuntary": 50}, 1, None),  # counted, but it is the time lost that matters
        ({"queued": 0.009}, 1, None),
        ({"queued": 0.02}, 1, "waited for a CPU 10"),
        ({"queued": 0.02}, 4, None),  # 10 % of one of four threads
        ({"queued": 0.08}, 4, "waited for a CPU 10"),
        ({"stolen": 0.01}, 1, None),  # one tick is within the counter's resolution
        ({"stolen": 0.02}, 1, "the hypervisor took 10 % of 0.2 s"),
        ({"throttled": 0.001}, 1, "throttled by the cgroup's CPU quota"),
        ({"throttled": 0.001, "queued": 0.1}, 1, "throttled"),
    ],
)
def test_a_slot_is_disturbed_by_lost_time_above_a_twentieth(changes, threads, reason):
    moved = {name: getattr(START, name) + change for name, change in changes.items()}
    said = judge(START, replace(START, wall=START.wall + SLOT, **moved), threads)
    assert said is None if reason is None else said.startswith(reason)


def test_a_long_slot_may_lose_more_ticks():
    after = replace(START, wall=START.wall + 2.0, stolen=START.stolen + 0.05)
    assert judge(START, after, 1) is None


def seen(steal, seconds=2.0, slot=0.005, pause=0.02):
    """The slots, by when they begin, that are disturbed where ticks are stolen at these times."""
    trail, told, wall = Trail(), [], 0.0
    while wall < seconds:
        before, after = (
            replace(START, wall=START.wall + at, stolen=0.01 * sum(tick <= at for tick in steal))
            for at in (wall, wall + slot)
        )
        if judge(before, after, 1, trail.since(before)):
            told.append(wall)
        wall += slot + pause
    return told


def test_steal_is_seen_in_slots_that_are_shorter_than_its_ticks():
    """A tenth of the CPU stolen for a second: one tick of 10 ms each 0.1 s."""
    told = seen([0.5 + 0.1 * tick for tick in range(10)])
    assert 0.5 < told[0] < 0.75
    assert 1.4 < told[-1] < 2.0
    assert len(told) > 0.8 * (told[-1] - told[0]) / 0.025
    assert (
        judge(START, replace(START, wall=START.wall + 0.005, stolen=START.stolen + 0.01), 1) is None
    )


def test_a_tick_now_and_then_disturbs_nothing():
    assert seen([0.5, 1.2, 1.9]) == []


def test_what_was_stolen_before_a_long_pause_is_over():
    trail = Trail()
    trail.since(START)
    later = replace(START, wall=START.wall + 60, stolen=START.stolen + 30)
    assert trail.since(later) == later


def test_two_readings_at_the_same_moment_are_not_disturbed():
    assert judge(START, START, 1) is None


def test_readings_never_run_backwards():
    before = disturbance.read()
    sum(range(100_000))
    after = disturbance.read()
    for name in Counters.__slots__:
        assert getattr(after, name) >= getattr(before, name) >= 0
    assert after.wall > before.wall
    assert after.cpu > 0


def test_a_kernel_without_the_counters_reads_zero(monkeypatch):
    monkeypatch.setattr(disturbance, "_text", lambda path: "")
    read = disturbance.read()
    assert (read.queued, read.stolen, read.throttled) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "function", "seconds"),
    [
        (
            "cpu  1 2 3 4 5 6 7 250\ncpu2 1 2 3 4 5 6 7 99\ncpu3 1 2 3 4 5 6 7 50\nintr 9",
            disturbance._stolen,
            50 * disturbance._TICK,
        ),
        ("usage_usec 5\nthrottled_usec 1500000\n", disturbance._throttled, 1.5),
    ],
)
def test_counters_are_read_in_seconds(monkeypatch, text, function, seconds):
    monkeypatch.setattr(disturbance, "_text", lambda path: text)
    assert function() == pytest.approx(seconds)


def test_every_state_of_a_thread_is_read_behind_its_name(monkeypatch):
    texts = iter(["7 (a) R b) R 1 2", "8 (R) S 1 2", "9 (worker) R 1 2"])
    monkeypatch.setattr(disturbance, "_text", lambda path: next(texts))
    monkeypatch.setattr(disturbance, "_listed", lambda path: [path, path, path])
    assert disturbance.runnable_threads() == 2


def test_queued_time_is_summed_over_threads(monkeypatch):
    monkeypatch.setattr(disturbance, "_text", lambda path: "5 2000000000 7")
    monkeypatch.setattr(disturbance, "_listed", lambda path: [path, path, path])
    assert disturbance._queued() == pytest.approx(6.0)
