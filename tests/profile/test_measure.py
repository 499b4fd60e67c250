"""What a target can do at best is looked for in a time that is bounded."""

from types import SimpleNamespace

import pytest

from bench.domain import Workload
from bench.profile import measure


@pytest.mark.parametrize(("seconds", "calls"), [(0.5, 7), (4.0, 3), (60.0, 1)])
def test_a_slow_target_is_asked_for_fewer_calls_of_a_probe(seconds, calls, monkeypatch):
    made, settled, now = [], [], [0.0]

    def call():
        made.append(None)
        now[0] += seconds

    session = SimpleNamespace(bind=lambda inputs: call, finish=lambda: None)
    runtime = SimpleNamespace(open=lambda *_: session)
    monkeypatch.setattr(measure.time, "perf_counter", lambda: now[0])
    reached = measure.ceilings(
        runtime, "webgpu", Workload(1, 1), lambda call, finish: settled.append(call)
    )
    assert len(made) == 2 * calls
    assert settled == [call, call], "a GPU that opens a session lowers its clock"
    assert reached["flops"] == pytest.approx(2 * 1024**3 / seconds)
