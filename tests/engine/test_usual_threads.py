"""How many threads a session gets when nobody says, and that it is told."""

import onnx_models
import pytest
from scripted import FakeWorker

from bench.domain import Asked, Subject, Target
from bench.engine import measure as engine
from bench.engine import plan
from bench.errors import BenchError


class Watch:
    """Remembers what it is told."""

    def __init__(self):
        self.told = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def tell(self, sentence):
        self.told.append(sentence)

    def update(self, progress):
        pass

    def show(self, summary):
        pass


@pytest.fixture
def told(tmp_path, monkeypatch):
    """`told(*threads)`: what a measurement with these threads says on a machine of four cores."""
    broken = BenchError("it is not measured here.")
    monkeypatch.setattr(
        engine, "Worker", lambda *of_run, **more: FakeWorker(describe=broken, survey=broken)
    )
    monkeypatch.setattr(engine, "usable_cpus", lambda: 4)
    monkeypatch.setattr(plan, "usable_cpus", lambda: 4)
    monkeypatch.setattr(plan.topology, "usual_threads", lambda usable: 3)
    model = onnx_models.linear(tmp_path / "m.onnx")

    def measure(*threads):
        watch = Watch()
        subject = Subject((str(model),), (Target.parse("null"),), (1,), threads)
        measured = engine.measure(Asked(subject), watch)
        return measured.summary.rows[0].outcome.case.workload.threads, watch.told

    return measure


def test_a_core_is_left_for_the_system_and_it_is_told(told):
    sentence = "3 threads leave a core of 4 CPUs for the system; --threads 4 takes them all."
    assert told() == (3, [sentence])


@pytest.mark.parametrize("threads", [1, 3, 4])
def test_a_number_that_somebody_chose_is_not_commented_on(told, threads):
    assert told(threads) == (threads, [])
