"""What makes two environments different machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.host.calibration import unlike

# Versions of software may differ between reports, since they may be the question.
MACHINE = ("cpu", "usable_cpus", "cpu_quota", "machine", "gpu")
# What must be the same as well where samples are added to those of another day.
SOFTWARE = ("packages", "python")


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of the environment that is not the same on both sides; None where unknown."""

    fact: str
    first: Any
    second: Any


def differences(
    first: Mapping[str, Any], second: Mapping[str, Any], facts: Sequence[str] = MACHINE
) -> list[Difference]:
    """Which of `facts` two environments differ in, in their order; none on one machine."""
    return [
        Difference(fact, first.get(fact), second.get(fact))
        for fact in facts
        if first.get(fact) != second.get(fact)
    ]


def same_machine(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two environments are of one machine, whatever its software.

    Two that are called alike are not where fixed work took them different times.
    """
    return not differences(first, second) and not unlike(first, second)


def described(environment: Mapping[str, Any]) -> str:
    """All that makes a machine another one, in a line; two machines never have the same."""
    quota, kind = environment.get("cpu_quota"), environment.get("machine")
    parts = [
        str(environment.get("cpu", "unknown CPU")),
        f"{environment.get('usable_cpus', '?')} CPUs",
        *([f"a quota of {quota} CPUs"] if quota else []),
        *([str(kind)] if kind else []),
        *([str(environment["gpu"])] if environment.get("gpu") else []),
    ]
    return ", ".join(parts)
