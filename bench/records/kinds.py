"""Whether what was decoded holds what the types of its fields say: a report may come from anywhere.

Numbers are finite and not negative; whole ones fit into 64 bits.
"""

import functools
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
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

from bench.domain import Report, Slot, Slots, Summarised

T = TypeVar("T")
Check = Callable[[Any, str], None]  # of a value in a place, which its error names
_LARGEST = 2**63
_MOST = 2**20  # replicates, and rounds of one: more than any run comes to
_SAMPLES = (array, Summarised)


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
    _checking(_Environment)(report.environment, "environment")
    _checking(_Effort)(report.effort, "effort")
    return report


def check(noun: T) -> T:
    """A dataclass whose fields hold what they should. Raises ValueError that says which do not."""
    kind: Any = type(noun)
    _checking(kind)(noun, kind.__name__)
    return noun


@functools.cache
def _checking(kind: Any) -> Check:
    """What checks a value against a type, made once: a report has hundreds of thousands."""
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _checking_dataclass(kind)
    if is_typeddict(kind):
        return _checking_keys(kind)
    if origin in (Union, UnionType):
        return _checking_union(get_args(kind))
    if origin is Literal:
        words = get_args(kind)
        return lambda value, place: _require(value in words, value, place)
    if kind is Slots:
        return _checking_slots()
    if origin is not None:
        return _checking_collection(origin, get_args(kind))
    return _checking_plain(kind)


def _checking_dataclass(kind: type) -> Check:
    fields: list[tuple[str, Check]] = []  # found at the first value: a type may hold itself

    def checked(value: Any, place: str) -> None:
        _require(isinstance(value, kind), value, place)
        if not fields:
            fields.extend((name, _checking(inner)) for name, inner in _hints(kind))
        for name, check in fields:
            check(getattr(value, name), name)

    return checked


def _checking_slots() -> Check:
    """Others than the told ones were checked as columns: a large report has a quarter of a million.

    Of those that are told, the usual one has nothing but times.
    """
    whole = _checking_dataclass(Slot)

    def checked(value: Any, place: str) -> None:
        _require(isinstance(value, Slots), value, place)
        for series in value.series:
            _check_count(series.replicate, "replicate", _MOST)
        for slot in value.told:
            _check_count(slot.round, "round", _MOST)
            if (slot.disturbed, slot.counted, slot.gpu) != (None, {}, {}):
                whole(slot, place)
                continue
            _check_number(slot.median, "median")
            _check_number(slot.mean, "mean")

    return checked


def _checking_keys(kind: Any) -> Check:
    def checked(value: Any, _: str) -> None:
        for name, inner in _hints(kind):
            if name in value:
                _checking(inner)(value[name], name)

    return checked


def _checking_union(kinds: Sequence[Any]) -> Check:
    """Against that of several types which the value is to be checked against."""
    others = [kind for kind in kinds if kind is not type(None)]
    types = [(get_origin(kind) or kind, _checking(kind)) for kind in others]
    optional = len(others) < len(kinds)

    def checked(value: Any, place: str) -> None:
        if value is None and optional:
            return
        own = (check for kind, check in types if isinstance(value, kind))
        next(own, types[0][1])(value, place)

    return checked


def _checking_collection(origin: Any, inner: Sequence[Any]) -> Check:
    is_mapping = issubclass(origin, Mapping)
    first, last = _checking(inner[0]), _checking(inner[-1] if is_mapping else inner[0])

    def checked(value: Any, place: str) -> None:
        if not is_mapping and isinstance(value, _SAMPLES):  # checked when they were decoded
            return
        own = type(value) is dict if is_mapping else isinstance(value, origin)
        _require((own or isinstance(value, origin)) and not isinstance(value, str), value, place)
        if is_mapping:
            for key, item in value.items():
                first(key, place)
                last(item, f"{place} of {key}")
        else:
            for item in value:
                first(item, place)

    return checked


def _checking_plain(kind: Any) -> Check:
    if kind is Any:
        return lambda value, place: None
    if kind is float:
        return _check_number
    if kind is int:
        return _check_count
    return lambda value, place: _require(isinstance(value, kind), value, place)


def _check_number(value: Any, place: str) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    _require(number and 0 <= value <= sys.float_info.max, value, place)


def _check_count(value: Any, place: str, most: int = _LARGEST) -> None:
    _require(type(value) is int and 0 <= value < most, value, place)


@functools.cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    # An array has no types of its items before Python 3.12.
    return tuple(get_type_hints(kind, localns={"array": Sequence}).items())


def _require(holds: bool, value: Any, place: str) -> None:
    if not holds:
        raise ValueError(f"{place} cannot be {str(value)[:40]!r}")
