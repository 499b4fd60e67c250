"""Functions measured as models are: in fresh processes, taking turns."""

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from bench.domain import Asked, Case, Model, Target, Workload
from bench.engine.measure import Measured, Terms, carry_out
from bench.engine.plan import Planned, usable_threads
from bench.errors import Interrupted, UsageError
from bench.host.scratch import Scratch
from bench.runtimes.python.function import INPUTS, Reference
from onnx_bench.choices import Choices, asked
from onnx_bench.measuring import watch

Function = Callable[..., Any]
PYTHON = Target("python", "cpu")
MEANT = ("inputs", "threads", "seed", "effort", "budget", "reports", "progress")


def are_functions(contenders: Sequence[object]) -> bool:
    """Whether both are. Raises UsageError where one is and the other is not."""
    called = [callable(contender) for contender in contenders]
    if any(called) and not all(called):
        raise UsageError(
            "A function is compared with another function.",
            "Write one that runs the model: def baseline(x): return session.run(None, {…: x})",
        )
    return all(called)


def wanted(choices: Choices) -> Asked:
    """What is asked for of functions. Raises UsageError for what only models have."""
    if others := [name for name in choices if name not in MEANT]:
        raise UsageError(
            f"A function has no {' and no '.join(others)}.",
            f"Choose from {', '.join(MEANT)}; what it runs on is up to the function.",
        )
    rest = cast(Choices, {name: value for name, value in choices.items() if name != "inputs"})
    return asked((), rest, "compare")


@contextmanager
def described(functions: Sequence[Function], choices: Choices) -> Iterator[list[Model]]:
    """Each function as the model that stands for it; their inputs lie in a folder meanwhile.

    Raises UsageError for a function that a fresh process cannot find, and for inputs that cannot
    be handed to one.
    """
    references = [Reference.of(function) for function in functions]
    with Scratch() as folder:
        path = Path(folder, "inputs.pickle")
        path.write_bytes(_pickled(choices.get("inputs")))
        yield [
            Model(
                reference.name,
                f"{os.path.basename(reference.file)}:{reference.name}",
                metadata={**reference.encode(), INPUTS: str(path)},
            )
            for reference in references
        ]


def measured(models: Sequence[Model], choices: Choices) -> Measured:
    """The functions that `models` stand for, measured round by round."""
    asked = wanted(choices)
    (threads,) = usable_threads(asked.subject.threads[:1])
    workload = Workload(1, threads, seed=asked.feed.seed)
    planned = [Planned(Case(model, PYTHON, workload)) for model in models]
    told = carry_out(planned, Terms.of(asked, watch(choices)))
    if isinstance(told.ended, Interrupted):  # it cannot be resumed: a report keeps no function
        kept = f"What was measured is in {told.folder}" if told.folder else told.ended.hint
        return replace(told, ended=Interrupted(told.ended.message, kept))
    return told


def _pickled(inputs: Any) -> bytes:
    """The inputs as a list for a process of the same user; None is a call without any."""
    try:
        return pickle.dumps(None if inputs is None else list(inputs))
    except Exception as error:  # whatever an object raises that cannot be pickled, or no list
        raise UsageError(
            f"The inputs cannot be handed to another process: {error}.",
            "Give a list of numbers, texts, arrays, or paths of files that the function reads.",
        ) from error
