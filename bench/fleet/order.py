"""What a node is asked to measure, as plain data that travels."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from bench.domain import Limits, Shard


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that a node needs: its path in the folder of the order, SHA-256 and size in bytes."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Order:
    """A shard for one node, with the files that it needs; `plan` is the name of the plan's.

    `version` is that of the driver's onnx-bench, `sent` its time in seconds since 1970, by which a
    node's wrong clock is told. `budget` is in seconds.
    """

    shard: Shard
    plan: str
    parcels: tuple[Parcel, ...]
    version: str
    sent: float
    limits: Limits = field(default_factory=Limits)
    budget: float | None = None
    wait: bool = True

    def encode(self) -> dict[str, Any]:
        """A plain object: a node with another onnx-bench must be able to read its version."""
        return asdict(self)

    @classmethod
    def decode(cls, fields: Mapping[str, Any]) -> Self:
        """The order of `encode`."""
        nested = {
            "shard": Shard(**fields["shard"]),
            "parcels": tuple(Parcel(**each) for each in fields["parcels"]),
            "limits": Limits(**fields["limits"]),
        }
        return cls(**{**fields, **nested})
