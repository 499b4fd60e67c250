"""Right answers as a function of the user's own counts them."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.accuracy.answers import Answers
from bench.accuracy.outputs import Array
from bench.errors import DatasetError
from bench.gist import gist

# From outputs by name (N×…) and labels (N) to what is right (N truth values).
Judge = Callable[[Mapping[str, Array], Array], Any]


def load(module: str, function: str) -> Judge:
    """The function of that name; modules of the current folder come after those installed.

    Its code runs here: call this only for what the user named. Raises DatasetError where it cannot
    be imported.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        judge = getattr(importlib.import_module(module), function)
    except Exception as error:  # the user's code may raise anything
        raise DatasetError(
            f"--metric {module}:{function} cannot be loaded: {gist(error)}.",
            f"Write a function {function}(outputs, labels) into {module}.py in this folder.",
        ) from error
    if not callable(judge):
        raise DatasetError(
            f"{module}:{function} is no function.", "Name one that takes (outputs, labels)."
        )
    loaded: Judge = judge
    return loaded


def own_answers(
    judge: Judge, name: str, outputs: Mapping[str, Sequence[Any]], labels: Array
) -> Answers:
    """What the user's function says of the outputs of all calls.

    Raises DatasetError where it fails or answers anything but a truth value for each item.
    """
    count = len(labels)
    joined = {key: _joined(calls, count) for key, calls in outputs.items()}
    try:
        right = numpy.asarray(judge(joined, labels))
    except Exception as error:  # the user's code may raise anything
        raise DatasetError(
            f"--metric {name} failed: {type(error).__name__}: {gist(error)}.",
            "It is called with outputs by name, and labels.",
        ) from error
    if right.shape != (count,) or right.dtype.kind != "b":
        raise DatasetError(
            f"--metric {name} answered {right.dtype} of shape {list(right.shape)}.",
            f"It must return {count} truth values: whether each answer is right.",
        )
    truths: NDArray[numpy.bool_] = right
    return Answers(truths, truths, numpy.ones(count, bool), name)


def _joined(calls: Sequence[Any], count: int) -> Any:
    """The items of all calls as one array, or as one list where they are in a sequence."""
    if isinstance(calls[0], list):
        return [item for call in calls for item in call][:count]
    arrays = [numpy.asarray(call) for call in calls]
    return numpy.concatenate(arrays)[:count] if arrays[0].ndim else arrays
