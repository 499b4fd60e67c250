"""Whether what was decoded holds what the types of its fields say: a report may come from anywhere.

Numbers are finite and not negative; whole ones fit into 64 bits.
"""

import functools
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from types import UnionType
from typing import (
    Any,
    Literal,
    TypedDict,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from bench.domain import Report

T = TypeVar("T")
_LARGEST = 2**63


class _Environment(TypedDict, total=False):
    """What is read of a report's environment; it may hold more, and less."""

    system: str
    machine: str
    cpu: str
    cpus: int | None
    usable_cpus: int
    cpu_quota: float | None
    memory: int | None
    load: float
    governor: str | None
    gpu: str
    python: str
    packages: Mapping[str, str]
    calibration: Mapping[str, float]


class _Effort(TypedDict, total=False):
    """What is read of a report's effort."""

    name: str
    least: int
    most: int
    rounds: int
    target_width: float


def check_report(report: Report) -> Report:
    """`report`, with what is read of its environment and effort. Raises ValueError as `check`."""
    check(report)
    _check(report.environment, _Environment, "environment")
    _check(report.effort, _Effort, "effort")
    return report


def check(noun: T) -> T:
    """A dataclass whose fields hold what they should. Raises ValueError that says which do not."""
    _check(noun, type(noun), type(noun).__name__)
    return noun


def _check(value: Any, kind: Any, place: str) -> None:
    if is_dataclass(kind) and isinstance(kind, type):
        _require(isinstance(value, kind), value, place)
        for name, inner in _hints(kind):
            _check(getattr(value, name), inner, name)
    elif is_typeddict(kind):
        for name, inner in _hints(kind):
            if name in value:
                _check(value[name], inner, name)
    elif get_origin(kind) in (Union, UnionType):
        _check(value, _member(value, get_args(kind), place), place)
    elif get_origin(kind) is Literal:
        _require(value in get_args(kind), value, place)
    elif get_origin(kind) is not None:
        _check_collection(value, kind, place)
    else:
        _check_plain(value, kind, place)


def _check_collection(value: Any, kind: Any, place: str) -> None:
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(value, array):  # samples, which were checked when they were decoded
        return
    _require(isinstance(value, origin) and not isinstance(value, str), value, place)
    if issubclass(origin, Mapping):
        for key, item in value.items():
            _check(key, inner[0], place)
            _check(item, inner[1], f"{place} of {key}")
    else:
        for item in value:
            _check(item, inner[0], place)


def _check_plain(value: Any, kind: Any, place: str) -> None:
    if kind is Any:
        return
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        _require(number and 0 <= value <= sys.float_info.max, value, place)
    elif kind is int:
        _require(type(value) is int and 0 <= value < _LARGEST, value, place)
    else:
        _require(isinstance(value, kind), value, place)


def _member(value: Any, kinds: Sequence[Any], place: str) -> Any:
    """That of several types which `value` is to be checked against."""
    if value is None and type(None) in kinds:
        return type(None)
    others = [kind for kind in kinds if kind is not type(None)]
    return next((kind for kind in others if isinstance(value, get_origin(kind) or kind)), others[0])


@functools.cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    # An array has no types of its items before Python 3.12.
    return tuple(get_type_hints(kind, localns={"array": Sequence}).items())


def _require(holds: bool, value: Any, place: str) -> None:
    if not holds:
        raise ValueError(f"{place} cannot be {str(value)[:40]!r}")
