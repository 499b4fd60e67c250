"""The seam between the driver and whatever reaches the nodes: Ray, or a script in a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bench.domain import Shard
from bench.fleet.order import Order

Fault = Literal["node", "order", "accident"]


@dataclass(frozen=True, slots=True)
class Node:
    """A machine that may measure: a name that no other ever has, and its labels.

    `host` is what people call it.
    """

    name: str
    host: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """A node has measured a shard: the bytes of its journal, which may hold anything."""

    node: str
    shard: Shard
    journal: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A node has not measured a shard, and why.

    At fault is the node, which gets no more, or what was ordered, which no node could do, or it
    was an accident, after which both may be tried again.
    """

    node: str
    shard: Shard
    why: str
    fault: Fault = "node"


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life of a node that measures, and what it is doing."""

    node: str
    doing: str


Result = Done | Broken | Beat


class Cluster(Protocol):
    """What the driver needs of an engine that reaches nodes."""

    def nodes(self) -> Sequence[Node]:
        """Those that are there now and may measure. Raises BenchError where it is lost itself."""

    def submit(self, node: str, order: Order) -> None:
        """Have a node measure a shard, with nothing else of anybody's beside it."""

    def results(self, seconds: float) -> Sequence[Result]:
        """What came since the last call; waits up to `seconds` for something to come."""

    def withdraw(self, node: str) -> None:
        """End what a node measures, as far as that can be done."""
