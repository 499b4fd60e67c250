"""Of the time that a slow model takes, at least half is timed."""

import gc
from types import SimpleNamespace

import pytest
from scripted import Clock

from bench.domain import Workload
from bench.domain.effort import DEFAULT, QUICK
from bench.engine import timing
from bench.engine.allocation import rounds_for
from bench.engine.schedule import opening_calls, round_count, slot_seconds, waking_seconds
from bench.engine.worker.sessions import SessionRequests

STARTING = 0.7  # seconds of an interpreter and the import of a runtime
COLD = 2  # the first and the second call


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
    for _ in range(round_count(rounds_for(effort.rounds, 1.0, seconds, []), median)):
        slot = requests.slot(slot_seconds(median), opening_calls(median), waking_seconds(median))
        timed += sum(slot["samples"])
    whole = STARTING + COLD * seconds + (clock.now - started) * 1e-9
    assert timed >= 0.5 * whole
