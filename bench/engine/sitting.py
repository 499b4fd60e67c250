"""One measurement of the self-test, off which trials of several kinds are read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

from bench.domain.effort import Effort
from bench.records.selftest import decode_kind, encode_kind
from bench.statistics.error_rates import Held, TrialKind


@dataclass(frozen=True, slots=True)
class Sitting:
    """A plain row and one for each of the `shares` by which it is slowed, measured side by side.

    It goes on until the longest of the `efforts` has enough; trials of the shorter ones are read
    off its stretches. All else is as in the kind `like`. It is measured for every `every`-th trial.
    """

    like: TrialKind
    efforts: tuple[str, ...]
    shares: tuple[float, ...]
    every: int = 1

    @classmethod
    def of(cls, kind: TrialKind) -> "Sitting":
        """The one off which nothing but a trial of this kind is read."""
        return cls(kind, (kind.effort,), (kind.planted,))

    @property
    def held(self) -> tuple[Held, ...]:
        """Two runs with an anchor are two runs also where it is left out."""
        return ("runs", "anchor") if self.like.held == "anchor" else (self.like.held,)

    @property
    def kinds(self) -> list[TrialKind]:
        """Those of its trials."""
        return [
            replace(self.like, effort=effort, planted=share, held=held)
            for held, effort, share in product(self.held, self.efforts, self.shares)
        ]

    def longest(self, efforts: Mapping[str, Effort]) -> Effort:
        """The effort with which it is measured."""
        return max((efforts[name] for name in self.efforts), key=lambda effort: effort.least)


def encode(sitting: Sitting) -> dict[str, Any]:
    """A sitting as a plain object."""
    return {**asdict(sitting), "like": encode_kind(sitting.like)}


def decode(fields: Mapping[str, Any]) -> Sitting:
    """The sitting of `encode`; what is amiss is a LookupError, TypeError or ValueError."""
    return Sitting(
        decode_kind(fields["like"]),
        tuple(map(str, fields["efforts"])),
        tuple(map(float, fields["shares"])),
        int(fields["every"]),
    )
