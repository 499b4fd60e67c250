"""A machine of scripted workers, on which whole measurements take milliseconds."""

from dataclasses import asdict

from scripted import FakeWorker

from bench.domain import Effort, Model, Tensor
from bench.engine import measure

TINY = Effort("tiny", least=3, most=3, rounds=2, target_width=0.5)
INPUTS = (Tensor("x", "float32", ("N", 4)),)


class Machine:
    """Gives each model its seconds a call, and other answers by request: see FakeWorker."""

    def __init__(self, seconds=None, **answers):
        self.seconds = seconds or {}
        self.answers = answers
        self.workers = []

    def __call__(self, environment="", limits=None, budget=None):
        self.workers.append(self._worker())
        return self.workers[-1]

    def _worker(self):
        """Its process is a little slower or faster than the one before."""
        number = len(self.workers)
        worker = FakeWorker(
            **{
                "describe": lambda name, path: asdict(Model(name, path, name, inputs=INPUTS)),
                "survey": {"version": "1", "providers": [provider("cpu"), provider("cuda", "no")]},
                **self.answers,
            }
        )
        opened = worker._answers["open"]

        def open_(model, **others):
            worker.model = model["name"]
            return opened(model=model, **others) if callable(opened) else opened

        def slot(**others):
            seconds = self.seconds.get(worker.model, 1e-3)
            if isinstance(seconds, BaseException):
                raise seconds
            process = seconds * (1 + 1e-3 * (number * number % 5))
            return {"samples": [process] * 3, "disturbed": None}

        worker._answers["open"], worker._answers["slot"] = open_, slot
        return worker


def provider(name, reason=None):
    return {"name": name, "reason": reason}


def install(monkeypatch, machine):
    """Measurements of this process are made on `machine` now, which calibrates alike each time."""
    monkeypatch.setattr(measure, "Worker", machine)
    monkeypatch.setattr(measure.calibration, "calibrate", lambda: {"hash": 1e-3, "copy": 1e-2})
    return machine
