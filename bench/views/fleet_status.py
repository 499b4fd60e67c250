"""How far a fleet is: its nodes, what they have in hand, and what cannot be measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.console import plain
from bench.fleet.status import NodeStatus, Status
from bench.records.document import DocumentKind
from bench.views.wording import MISSING

FLEET_STATUS = DocumentKind(
    "fleet-status", 1, "a fleet's status", "Write one with: bench fleet status"
)
_NODES = (
    Column("Node", "name"),
    Column("Shards"),
    Column("In hand", "text"),
    Column("Trouble", "text"),
)


@dataclass(frozen=True, slots=True)
class FleetStatusView:
    """The nodes of a fleet, how many shards are done, and how to go on."""

    status: Status
    title: ClassVar[str] = "Fleet"

    def blocks(self) -> Sequence[Block]:
        """A row for each node, then sentences."""
        return [
            *([Table(_NODES, tuple(map(_node, self.status.nodes)))] if self.status.nodes else []),
            *(Sentence(plain(text)) for text in self._sentences()),
        ]

    def _sentences(self) -> Sequence[str]:
        status, folder = self.status, quote(str(self.status.fleet.folder))
        back = status.given_back
        sentences = [f"{status.done} of {status.total} shards are done."]
        if back:
            sentences.append(
                "One was given back by its node." if back == 1 else f"{back} were given back."
            )
        sentences += [f"{label}: {why}" for label, why in status.ended.items()]
        if status.done < status.total:
            sentences.append(f"Unless a driver is at it, go on with: bench run --resume {folder}")
        sentences.append(f"What has come: bench merge {folder}")
        return sentences

    def records(self) -> Records:
        """A line for each node."""
        names = ("node", "finished", "in_hand", "trouble")
        return Records(names, tuple(_fields(node) for node in self.status.nodes))

    def document(self) -> Mapping[str, Any]:
        """As docs/schemas/fleet-status.json describes it."""
        status = self.status
        return FLEET_STATUS.envelope(
            {
                "fleet": str(status.fleet.folder),
                "address": status.fleet.begun.address,
                "done": status.done,
                "total": status.total,
                "given_back": status.given_back,
                "nodes": [_fields(node) for node in status.nodes],
                "ended": dict(status.ended),
            }
        )


def _node(node: NodeStatus) -> tuple[Cell, ...]:
    return (
        Cell(plain(node.host)),
        Cell(str(node.finished), value=node.finished),
        Cell(plain(node.in_hand) or MISSING),
        Cell(plain(node.trouble) or MISSING),
    )


def _fields(node: NodeStatus) -> dict[str, Any]:
    return {
        "node": node.host,
        "finished": node.finished,
        "in_hand": node.in_hand or None,
        "trouble": node.trouble or None,
    }
