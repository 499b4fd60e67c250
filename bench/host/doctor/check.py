"""What one check of `bench doctor` found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "problem", "not applicable"]


@dataclass(frozen=True, slots=True)
class Check:
    """The name of what was looked at, its state, the finding, and what to type or do next.

    A problem keeps a provider from running or makes a row wrong; a warning makes measurements
    less steady or less repeatable; not applicable is what this machine does not have or tell.
    """

    name: str
    state: State
    sentence: str
    hint: str = ""
