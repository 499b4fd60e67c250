"""How far a fleet is, from what its driver wrote: no cluster is asked."""

from dataclasses import dataclass, field

from bench.fleet.saved import SavedFleet


@dataclass(slots=True)
class NodeStatus:
    """What a node did: shards that came from it, the one it has in hand, and its last trouble."""

    host: str
    finished: int = 0
    in_hand: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Shards done of how many, how often one was given back, nodes, and what cannot be measured.

    `ended` has sentences by shard, as gpu=H100 3/8.
    """

    fleet: SavedFleet
    done: int
    given_back: int
    nodes: tuple[NodeStatus, ...]
    ended: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many shards the places have together."""
        return len(self.fleet.shards)


def status(fleet: SavedFleet) -> Status:
    """What the entries of a fleet's journal amount to."""
    nodes: dict[str, NodeStatus] = {}
    ended: dict[str, str] = {}
    given_back = 0
    of = len(fleet.contests)
    for entry in fleet.entries:
        host, label = str(entry["host"]), f"{entry['where']} {entry['shard']}/{of}".strip()
        node = nodes.setdefault(host, NodeStatus(host)) if host else NodeStatus("")
        for each in nodes.values():
            if each.in_hand == label:  # also of a node that died with an earlier driver
                each.in_hand = ""
        match entry["kind"]:
            case "sent":
                node.in_hand = label
                ended.pop(label, None)
            case "finished":
                node.finished, node.in_hand = node.finished + 1, ""
                ended.pop(label, None)
            case "back":
                given_back += 1
                node.trouble, node.in_hand = str(entry["why"]), ""
            case "ended":
                ended[label] = str(entry["why"])
    return Status(fleet, len(fleet.finished()), given_back, tuple(nodes.values()), ended)
