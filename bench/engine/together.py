"""Questions to fresh workers that may be answered at the same time, since nothing is timed."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.engine.budget import Budget
from bench.engine.launcher import Launch, Worker
from bench.errors import BenchError
from bench.host.environment import usable_cpus

Answer = Mapping[str, Any] | BenchError


@dataclass(frozen=True, slots=True)
class Question:
    """A request of this name with its arguments, to a worker in an environment."""

    do: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    environment: str = ""


def ask(
    questions: Sequence[Question], launch: Launch = Worker, budget: Budget | None = None
) -> list[Answer]:
    """The answer to each question, or the error of the worker that gave none.

    As many workers run at a time as there are CPUs. Each answer may take its part of what is left
    of the budget, so that one which never comes leaves time for the others.
    """
    budget, at_once = budget or Budget(), usable_cpus()
    answers: list[Answer] = []
    for first in range(0, len(questions), at_once):
        with contextlib.ExitStack() as stack:
            chunk = questions[first : first + at_once]
            for question, begun in [(each, _begun(each, launch, stack)) for each in chunk]:
                with budget.part(1 / (len(questions) - len(answers))):
                    answers.append(_answer(question, begun))
    return answers


def _begun(question: Question, launch: Launch, stack: contextlib.ExitStack) -> Worker | BenchError:
    try:
        worker = stack.enter_context(launch(question.environment))
        worker.begin(question.do, **question.arguments)
    except BenchError as error:  # its environment is gone, or it ends at once
        return error
    return worker


def _answer(question: Question, begun: Worker | BenchError) -> Answer:
    if isinstance(begun, BenchError):
        return begun
    try:
        return begun.answer(question.do)
    except BenchError as error:
        return error
