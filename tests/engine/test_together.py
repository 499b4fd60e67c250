"""Questions are asked at the same time, and one that fails leaves the others."""

import pytest
from scripted import FakeLaunch, FakeWorker

from bench.engine import together
from bench.engine.together import Question, ask
from bench.errors import WorkerError


@pytest.mark.parametrize(("usable", "order"), [(1, "b0 a0 b1 a1 b2 a2"), (2, "b0 b1 a0 a1 b2 a2")])
def test_as_many_are_asked_at_a_time_as_there_are_cpus(monkeypatch, usable, order):
    log = []

    class Logging(FakeWorker):
        def __init__(self, number):
            super().__init__(describe={"number": number})
            self.number = number

        def begin(self, do, **arguments):
            log.append(f"b{self.number}")
            super().begin(do, **arguments)

        def answer(self, do):
            log.append(f"a{self.number}")
            return super().answer(do)

    monkeypatch.setattr(together, "usable_cpus", lambda: usable)
    launch = FakeLaunch(Logging)
    answers = ask([Question("describe")] * 3, launch)
    assert answers == [{"number": 0}, {"number": 1}, {"number": 2}]
    assert " ".join(log) == order
    assert all(worker.closed for worker in launch.workers)


def test_an_error_is_the_answer_of_its_question_alone():
    def launch(environment=""):
        if environment == "gone":
            raise WorkerError("It is gone.")
        return FakeWorker(survey=WorkerError("killed by SIGSEGV"), describe={"name": "a"})

    asked = [Question("survey", environment="gone"), Question("survey"), Question("describe")]
    answers = ask(asked, launch)
    assert [str(answer) for answer in answers[:2]] == ["It is gone.", "killed by SIGSEGV"]
    assert answers[2] == {"name": "a"}
