"""Hands shards to nodes, one at a time, until each has been counted once or cannot be measured."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bench.domain import Shard
from bench.fleet.cluster import Beat, Broken, Cluster, Done, Node
from bench.fleet.order import Order

PAUSE = 1.0  # seconds that are waited for a result before the nodes are looked at again
SILENCE = 60.0  # seconds without a sign of life after which a node hangs; it gives one every 10
NOBODY = 30.0  # seconds after which a place that no usable node fits is given up
ABSENCE = 600.0  # the same of one that had nodes: they may come back
LOSSES = 5  # nodes that may be lost with one shard in hand: it may be what brings them down


@dataclass(slots=True)
class Seat:
    """A node as the driver sees it: what it measures, since when, and when it was last heard.

    A node that is `silent` has its shard taken from it and may still end it; one that is `unfit`,
    for this reason, gets no more.
    """

    node: Node
    shard: Shard | None = None
    since: float = 0.0
    heard: float = 0.0
    doing: str = ""
    silent: bool = False
    unfit: str = ""

    @property
    def usable(self) -> bool:
        """Whether it measures, or may be given something to measure."""
        return not (self.silent or self.unfit)

    def fits(self, where: str) -> bool:
        """Whether the node has the label `where`, as gpu=H100; every node has ""."""
        key, _, value = where.partition("=")
        return not where or self.node.labels.get(key) == value


@dataclass(frozen=True, slots=True)
class FleetStanding:
    """Where a fleet is: its seats, and how many shards of how many are done and ended."""

    seats: Sequence[Seat]
    done: int
    ended: int
    total: int


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the driver is told to do with what happens.

    `order` says what a node is to measure. `keep` saves a journal, and returns why it is not what
    was ordered, "" where it was kept. `note` writes an entry: its kind, the shard, the host and
    why. `tell` prints a sentence, and `show` draws a standing.
    """

    order: Callable[[Shard], Order]
    keep: Callable[[Done], str]
    note: Callable[[str, Shard, str, str], None]
    tell: Callable[[str], None]
    show: Callable[[FleetStanding], None]


@dataclass(slots=True)
class Driver:
    """The shards that are to be measured, and the nodes of a cluster.

    `clock` is in seconds, and so is what is `left` of a budget. `ended` has the shards that could
    not be measured, each with the sentence why.
    """

    cluster: Cluster
    shards: Sequence[Shard]
    hooks: Hooks
    clock: Callable[[], float]
    left: Callable[[], float]
    ended: dict[Shard, str] = field(default_factory=dict)
    _done: set[Shard] = field(default_factory=set)
    _waiting: dict[str, dict[Shard, None]] = field(default_factory=dict)  # by place, in order
    _seats: dict[str, Seat] = field(default_factory=dict)
    _losses: Counter[Shard] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)  # places that had a node
    _nobody: dict[str, float] = field(default_factory=dict)  # since when a place has none

    def run(self) -> None:
        """Until each shard is done or ended. Raises what the cluster and the hooks raise."""
        for shard in self.shards:
            self._waiting.setdefault(shard.where, {})[shard] = None
        while len(self._done) + len(self.ended) < len(self.shards):
            self._look(self.cluster.nodes())
            self._give_up()
            self._hand_out()
            self.hooks.show(self.standing())
            for result in self.cluster.results(PAUSE):
                if seat := self._seats.get(result.node):
                    seat.heard = self.clock()
                match result:
                    case Beat():
                        if seat:
                            seat.doing = result.doing
                    case Broken():
                        self._break(result, seat)
                    case Done():
                        self._count(result, seat)
        self.hooks.show(self.standing())

    def standing(self) -> FleetStanding:
        """Where the fleet is."""
        seats = tuple(self._seats.values())
        return FleetStanding(seats, len(self._done), len(self.ended), len(self.shards))

    def _look(self, nodes: Iterable[Node]) -> None:
        """New nodes get a seat; what those had in hand that are gone, or hang, others measure."""
        there = {node.name: node for node in nodes}
        for name in sorted(self._seats.keys() - there.keys()):
            self._give_back(self._seats.pop(name), "is gone")
        for name, node in there.items():
            if name not in self._seats:
                seat = self._seats[name] = Seat(node)
                self._seen |= {where for where in self._waiting if seat.fits(where)}
        for seat in self._seats.values():
            if seat.shard and seat.usable and self.clock() - seat.heard > SILENCE:
                self._give_back(seat, f"gave no sign of life for {SILENCE:g} s")
                seat.silent = True
                self.cluster.withdraw(seat.node.name)

    def _give_up(self) -> None:
        """End what no node is going to measure: none fits, or the time is over."""
        for where, waiting in self._waiting.items():
            fitting = [seat for seat in self._seats.values() if seat.fits(where)]
            if self.left() <= 0:
                self._end(waiting, "There was no time left for it. Raise --budget.")
            elif not waiting or any(seat.usable for seat in fitting):
                self._nobody.pop(where, None)
            else:
                gone = where in self._seen and not any(seat.unfit for seat in fitting)
                since = self._nobody.setdefault(where, self.clock())
                if self.clock() - since > (ABSENCE if gone else NOBODY):
                    self._end(waiting, _nobody(where, fitting, gone))

    def _hand_out(self) -> None:
        for seat in self._seats.values():
            if seat.shard or not seat.usable:
                continue
            queues = (queue for where, queue in self._waiting.items() if seat.fits(where))
            if waiting := next(filter(None, queues), None):
                seat.shard, seat.doing = next(iter(waiting)), ""
                del waiting[seat.shard]
                seat.since = seat.heard = self.clock()
                self.hooks.note("sent", seat.shard, seat.node.host, "")
                self.cluster.submit(seat.node.name, self.hooks.order(seat.shard))

    def _count(self, done: Done, seat: Seat | None) -> None:
        """Once, whichever node was first: one that seemed lost may come back with it."""
        if done.shard not in self._done:
            if why := self.hooks.keep(done):
                self._break(Broken(done.node, done.shard, why), seat)
                return
            self._done.add(done.shard)
            self.ended.pop(done.shard, None)
            self._waiting[done.shard.where].pop(done.shard, None)
            self.hooks.note("finished", done.shard, seat.node.host if seat else done.node, "")
        if seat:
            seat.shard, seat.silent = None, False

    def _break(self, broken: Broken, seat: Seat | None) -> None:
        """A node that is at fault gets no more; a shard that is ends."""
        if seat is None or seat.shard != broken.shard:
            return  # it was given back when the node was lost
        match broken.fault:
            case "order":
                self._end([broken.shard], broken.why)
            case "accident" if not seat.silent:
                self._give_back(seat, f"has not done it: {broken.why.rstrip('.')}")
            case _:
                self._give_back(seat, f"is left out: {broken.why.rstrip('.')}")
                seat.unfit = broken.why
        seat.shard, seat.silent = None, False

    def _give_back(self, seat: Seat, why: str) -> None:
        shard = seat.shard
        if shard is None or seat.silent or shard in self._done:
            self.hooks.tell(f"{seat.node.host} {why}.")
            return
        self.hooks.note("back", shard, seat.node.host, why)
        self.hooks.tell(f"{seat.node.host} {why}. Shard {shard.number}/{shard.of} is given back.")
        self._losses[shard] += 1
        if self._losses[shard] >= LOSSES:
            self._end([shard], f"{LOSSES} nodes were lost with it. {seat.node.host} {why}.")
        else:
            self._waiting[shard.where][shard] = None

    def _end(self, shards: Iterable[Shard], why: str) -> None:
        for shard in tuple(shards):
            self.ended[shard] = why
            self.hooks.note("ended", shard, "", why)
            self._waiting[shard.where].pop(shard, None)


def _nobody(where: str, fitting: Sequence[Seat], gone: bool) -> str:
    """Why no node is going to measure what waits for a place, and what to do."""
    if left_out := [f"{seat.node.host}: {seat.unfit}" for seat in fitting if seat.unfit]:
        return f"Every node {where} is left out. ".replace("  ", " ") + " ".join(left_out)
    if gone:
        return f"No node {where} is left.".replace("  ", " ")
    if not where:
        return "No node of the fleet has the resource bench. Start nodes with: " + STARTING
    return (
        f"No node of the fleet has the label {where}. Start one with: {STARTING} --labels {where}"
    )


STARTING = "ray start --address HEAD:6379 --resources '{\"bench\": 1}'"
