"""A runtime for functions: what the package onnx_bench compares beside models."""

import pickle
import platform
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.domain import Model, Provider, Ran, Workload
from bench.errors import ModelError, RuntimeUnavailable
from bench.gist import gist
from bench.interfaces import Runtime
from bench.runtimes.python.function import INPUTS, Reference


class FunctionSession:
    """A function and what it is called with."""

    def __init__(self, function: Callable[..., Any], items: Sequence[Any] | None, threads: int):
        self._function, self._items, self._threads = function, items, threads
        self._outputs: list[Any] | None = None

    def ran(self) -> Ran:
        """No node ran anywhere: a function is what it is."""
        return Ran({}, {}, platform.python_version(), self._threads, precision="none")

    def bind(self, inputs: Mapping[str, Any]) -> Callable[[], object]:
        """A call of the function for each item, one after the other; once without any.

        `inputs` are those of a model, which a function has none of. What is returned is kept until
        the next call, as a caller would.
        """
        function, items = self._function, self._items

        def call() -> None:
            try:
                self._outputs = (
                    [function()] if items is None else [function(item) for item in items]
                )
            except MemoryError:  # is told by itself
                raise
            except Exception as error:
                raise _failure(function, error) from error

        return call

    def outputs(self) -> list[Any] | None:
        """What the latest call returned, an item each; None before the first one."""
        return self._outputs

    def finish(self) -> None:
        """A function has done its work when it returns."""

    def parts(self) -> Mapping[str, float]:
        """It does not tell what it copies."""
        return {}

    def profile(self) -> None:
        """It does not tell where its time goes."""

    def trace(self, calls: int) -> None:
        """It has no kernels."""


class FunctionRuntime:
    """Opens functions that are found by their modules' names; no model is run by it."""

    def load(self) -> str:
        """The function's own imports belong to it, and are timed as its load."""
        return platform.python_version()

    def providers(self) -> tuple[Provider, ...]:
        """One provider, always usable."""
        return (Provider("cpu"),)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> None:
        """Nothing is compiled."""

    def open(self, model: Model, provider: str, workload: Workload) -> FunctionSession:
        """The function that the model stands for, imported, with its inputs.

        A file never does, whatever its metadata say: they would name code to be run.
        """
        if model.sha256 or INPUTS not in model.metadata:
            raise RuntimeUnavailable(
                "The runtime python runs functions and no models.",
                "Compare functions from Python: onnx_bench.compare(old, new).",
            )
        function = Reference.decode(model.metadata).load()
        return FunctionSession(function, items(model.metadata[INPUTS]), workload.threads)


def _failure(function: Callable[..., Any], error: Exception) -> ModelError:
    """What a function raised, as a sentence with the line that did it."""
    frames = [
        each for each in traceback.extract_tb(error.__traceback__) if each.filename != __file__
    ]
    where = f" (line {frames[-1].lineno} of {frames[-1].filename})" if frames else ""
    name = getattr(function, "__qualname__", function)
    return ModelError(
        f"{name} fails: {type(error).__name__}: {gist(error)}{where}.",
        "Call it by itself with the same inputs.",
    )


def items(path: str) -> Sequence[Any] | None:
    """What a function is called with, as the user's own process wrote it for this one."""
    kept: Sequence[Any] | None = pickle.loads(Path(path).read_bytes())  # noqa: S301
    return kept


plugin: Runtime = FunctionRuntime()
