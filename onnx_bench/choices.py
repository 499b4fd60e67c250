"""How to measure, in the words of Python: keywords become what the engine is asked."""

import functools
import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypedDict, TypeVar, get_args

from bench.domain import Asked, Boundary, Effort, Feed, Precision, Subject, Target
from bench.domain.asked import checked
from bench.domain.effort import EFFORTS
from bench.domain.target import parse_list
from bench.environments.naming import lasting
from bench.errors import BenchError, UsageError
from bench.runtimes.python.function import stop_within_import
from bench.statistics.statistic import Statistic
from onnx_bench.hints import in_python

P = ParamSpec("P")
R = TypeVar("R")
Name = str | os.PathLike[str]
Models = Name | Sequence[Name]
EffortName = Literal["glance", "quick", "default", "publish"]


class _Usual:
    """Stands in a signature for what is taken where nothing is chosen."""

    def __repr__(self) -> str:
        return "usual"


class Choices(TypedDict, total=False):
    """What may be chosen of a measurement; what is left out is as on the command line.

    `targets` are `cpu`, `cuda`, `openvino:cpu` and the like, `batches` items a call and `threads`
    those of a session: one or several each. `precisions` are fp32, native, fp16, int8 or a kind of
    it (int8-tensor, -mixed, -dynamic, -reduced), `options` go to the runtime. `boundary` says what
    of copies to and from a GPU is timed. `inputs` are files by the input's name, or folders of ONNX
    test data, and for functions what they are called with, one after the other; `dataset` is a file
    of labelled items, `dims` are sizes of dynamic dimensions by name. `effort` is glance, quick,
    default, publish or an Effort; `budget` is in seconds. `reports` is the folder in which the
    report is saved as it is measured: without one nothing is written. With `progress` it is shown
    on standard error how far it is: without it nothing is printed.
    """

    targets: str | Target | Sequence[str | Target]
    batches: int | Sequence[int]
    threads: int | Sequence[int]
    precisions: Precision | Sequence[Precision]
    options: Mapping[str, str]
    boundary: Boundary
    inputs: Mapping[str, Name] | Sequence[Any]
    dataset: Name
    dims: Mapping[str, int]
    seed: int
    effort: EffortName | Effort
    budget: float
    reports: Name
    progress: bool


def choosing(function: Callable[P, R]) -> Callable[P, R]:
    """Spell out the Choices in the signature of `function`: for help and for misspelt words."""
    own = inspect.signature(function)
    parameters = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
    usual = _Usual()
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=usual, annotation=kind)
        for name, kind in Choices.__annotations__.items()
        if name not in own.parameters
    ]
    spelt = own.replace(parameters=parameters)

    @functools.wraps(function)
    def chosen(*given: P.args, **choices: P.kwargs) -> R:
        __tracebackhide__ = True  # of pytest: what fails is the line of the test
        stop_within_import()
        try:
            spelt.bind(*given, **choices)
        except TypeError as error:
            raise TypeError(f"{function.__name__}() {error}") from None
        try:
            return function(*given, **choices)
        except BenchError as error:
            error.message, error.hint = in_python(error.message), in_python(error.hint)
            error.args = (error.message,)
            raise

    chosen.__dict__["__signature__"] = spelt
    return chosen


def asked(models: Models, choices: Choices, name: str) -> Asked:
    """All that the engine needs to be told; `name` is the function that was called.

    Raises UsageError for what cannot be meant.
    """
    subject = Subject(
        named(models),
        tuple(dict.fromkeys(_targets(choices.get("targets")))),
        tuple(dict.fromkeys(_several(choices.get("batches"), (int,)))),
        tuple(dict.fromkeys(_several(choices.get("threads"), (int,)))),
        choices.get("boundary", "host"),
        tuple(dict.fromkeys(_several(choices.get("precisions", "fp32"), (str,)))),
        options=dict(choices.get("options", {})),
    )
    dataset = choices.get("dataset")
    feed = Feed(
        None if dataset is None else os.fspath(dataset),
        _inputs(choices.get("inputs", ())),
        dict(choices.get("dims", {})),
        choices.get("seed", 1),
    )
    reports = choices.get("reports")
    return Asked(
        subject,
        feed,
        _effort(choices.get("effort", "default")),
        _budget(choices.get("budget")),
        reports=None if reports is None else Path(reports),
        command=(f"onnx_bench.{name}",),
    )


def named(models: Models) -> tuple[str, ...]:
    """One model or several as their names or paths. Raises UsageError for what is neither."""
    try:
        return tuple(os.fspath(model) for model in _several(models, (str, os.PathLike)))
    except TypeError as error:
        raise UsageError(
            f"{models!r} names no model.", "Give the path of an ONNX file, or a list of them."
        ) from error


def some(models: Models) -> tuple[str, ...]:
    """As `named`. Raises UsageError for none: a pattern may match no file."""
    if names := named(models):
        return names
    raise UsageError("No model is named: the list is empty.", "Give the path of an ONNX file.")


def _several(value: Any, single: tuple[type, ...]) -> Iterable[Any]:
    """`value` as several: a single one is of one of these types; None is none."""
    if value is None:
        return ()
    return (value,) if isinstance(value, single) else value


def _targets(words: str | Target | Sequence[str | Target] | None) -> Iterator[Target]:
    for word in _several(words, (str, Target)):
        for target in [word] if isinstance(word, Target) else parse_list(word):
            yield replace(target, environment=lasting(target.environment))


def _inputs(inputs: Mapping[str, Name] | Sequence[Any]) -> tuple[str, ...]:
    """Files as the engine takes them; arrays are no files."""
    if not isinstance(inputs, Mapping):
        return tuple(map(os.fspath, _several(inputs, (str, os.PathLike))))
    for name, file in inputs.items():
        if not isinstance(file, str | os.PathLike):
            raise UsageError(
                f"The input '{name}' is no file.",
                f"Save it as {name}.npy with numpy.save, and give its path.",
            )
    return tuple(f"{name}={os.fspath(file)}" for name, file in inputs.items())


def _effort(effort: str | Effort) -> Effort:
    if isinstance(effort, Effort):
        checked("judged", effort.judged, get_args(Statistic))
        return effort
    checked("effort", effort, tuple(EFFORTS))
    return EFFORTS[effort]


def _budget(seconds: float | None) -> float | None:
    if seconds is not None and not 0 < seconds < float("inf"):
        raise UsageError(f"budget={seconds} is no time.", "Give seconds above 0.")
    return seconds
