"""Of the time that a slow model takes, at least half is timed; a glance at it ends soon."""

import gc
from types import SimpleNamespace

import pytest
from scripted import Clock

from bench.domain import Workload
from bench.domain.effort import DEFAULT, GLANCE, QUICK
from bench.engine import timing
from bench.engine.allocation import rounds_for
from bench.engine.schedule import opening_calls, round_count, slot_seconds, waking_seconds
from bench.engine.worker.sessions import SessionRequests

STARTING = 0.7  # seconds of an interpreter and the import of a runtime
COLD = 2  # the first and the second call
CHECKED = 5  # calls that compare outputs on two inputs: two of the session, three of the reference


@pytest.fixture
def session(monkeypatch):
    """`session(seconds)`: a worker with a call that takes so long, and its clock."""
    monkeypatch.setattr(timing, "settle", lambda: None)

    def open_(seconds):
        clock, requests = Clock(), SessionRequests()
        requests._clock, requests._call = clock, clock.call(seconds)
        requests._workload = Workload(1, 1)
        requests._session = SimpleNamespace(finish=lambda: None)
        return requests, clock

    yield open_
    gc.enable()  # a warm-up switches it off


@pytest.mark.parametrize("effort", [QUICK, DEFAULT])
@pytest.mark.parametrize("seconds", [0.2, 1.0, 10.0, 60.0])
def test_half_of_the_time_of_a_replicate_is_timed(session, seconds, effort):
    requests, clock = session(seconds)
    started = clock.now
    median = requests.warm_up()["median"]
    timed = 0.0
    for _ in range(round_count(effort, rounds_for(effort.rounds, 1.0, seconds, []), median)):
        slot = requests.slot(slot_seconds(median), opening_calls(median), waking_seconds(median))
        timed += sum(slot["samples"])
    whole = STARTING + COLD * seconds + (clock.now - started) * 1e-9
    assert timed >= 0.5 * whole


@pytest.mark.parametrize("seconds", [0.001, 0.03, 0.06, 0.1, 0.12, 0.18, 0.35])
def test_a_glance_leaves_a_slow_model_a_third_of_its_ten_seconds(session, seconds):
    """What is left is for the command itself, imports, and reading and loading of the model."""
    requests, clock = session(seconds)
    started = clock.now
    for _ in range(GLANCE.least):
        for _ in range(COLD):
            requests._call()
        requests._second = seconds
        median = requests.warm_up(most=GLANCE.warm_up)["median"]
        most = rounds_for(GLANCE.rounds, 1.0, seconds, [])
        for _ in range(round_count(GLANCE, most, median)):
            requests.slot(slot_seconds(median), opening_calls(median), waking_seconds(median))
    for _ in range(CHECKED):
        requests._call()
    assert (clock.now - started) * 1e-9 <= 6.8
