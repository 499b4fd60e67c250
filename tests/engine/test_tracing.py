"""A slow model is traced over fewer calls, unless somebody says how many."""

import pytest
import reports
from scripted import COLD, RAN, FakeLaunch, FakeWorker

from bench.domain import Asked
from bench.engine import tracing
from bench.engine.plan import Planned
from bench.errors import Interrupted


@pytest.mark.parametrize(
    ("second", "asked", "calls"),
    [(0.001, None, 100), (0.0, None, 100), (0.5, None, 30), (60.0, None, 3), (60.0, 100, 100)],
)
def test_a_slow_model_is_traced_over_fewer_calls(second, asked, calls, monkeypatch):
    opened = {"ran": RAN, "cold": {**COLD, "second": second}}
    answer = {"trace": {"kernels": []}, "ceilings": {}}
    launch = FakeLaunch(lambda _: FakeWorker(open=opened, trace=answer))
    monkeypatch.setattr(tracing, "plan", lambda *_: [Planned(reports.case())])
    (profile,) = tracing.trace(Asked(), asked, launch).profiles
    assert profile["calls"] == calls
    assert ("trace", {"calls": calls}) in launch.workers[0].requests


def test_ctrl_c_keeps_the_profiles_that_were_made(monkeypatch):
    opened = {"ran": RAN, "cold": {**COLD, "second": 0.001}}
    answers = iter([{"trace": {"kernels": []}, "ceilings": {}}, KeyboardInterrupt()])
    launch = FakeLaunch(lambda _: FakeWorker(open=opened, trace=next(answers)))
    monkeypatch.setattr(tracing, "plan", lambda *_: 3 * [Planned(reports.case())])
    traced = tracing.trace(Asked(), 5, launch)
    assert (len(traced.profiles), traced.failed) == (1, 0)
    assert isinstance(traced.ended, Interrupted)
    assert traced.ended.hint == "1 of 3 rows were profiled."
