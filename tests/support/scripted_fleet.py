"""A cluster, its clock and its nodes by a script: hours of a fleet take milliseconds."""

from bench.domain import Shard
from bench.fleet.cluster import Beat, Broken, Done, Node
from bench.fleet.driver import Driver, Hooks
from bench.fleet.order import Order


class Killed(Exception):
    """The driver is gone, as with SIGKILL."""


class Cluster:
    """Nodes take `seconds` for a shard, and beat; what happens when, `events` say.

    `events` are (second, function of this cluster), in order of time. `overlaps` counts shards that
    were given to a node which had one in hand; `taken` has every shard as often as it was measured.
    """

    def __init__(self, names, events=(), seconds=7.0, labels=()):
        self.now = 0.0
        self.there = {name: Node(name, name, dict(labels)) for name in names}
        self.hanging, self.cancelled = set(), []
        self.hands = {}  # of a node: the shard and when it is done
        self.taken, self.overlaps = [], 0
        self.answers = {}  # of a node, instead of Done
        self._events, self._seconds = list(events), seconds

    def clock(self):
        return self.now

    def nodes(self):
        while self._events and self._events[0][0] <= self.now:
            self._events.pop(0)[1](self)
        return list(self.there.values())

    def add(self, name, **labels):
        self.there[name] = Node(name, name, labels)

    def remove(self, name):
        self.there.pop(name, None)
        self.hands.pop(name, None)

    def submit(self, node, order):
        self.overlaps += node in self.hands
        self.hands[node] = (order.shard, self.now + self._seconds)

    def withdraw(self, node):
        self.cancelled.append(node)

    def results(self, seconds):
        """The clock goes on to what comes first, at most by `seconds`."""
        alive = {node: hand for node, hand in self.hands.items() if node not in self.hanging}
        self.now = min([self.now + seconds, *(end for _, end in alive.values())])
        results = []
        for node, (shard, end) in alive.items():
            if end > self.now:
                results.append(Beat(node, "replicate 1/5"))
                continue
            del self.hands[node]
            answer = self.answers.get(node)
            if answer:
                results.append(Broken(node, shard, *answer))
            else:
                self.taken.append(shard)
                results.append(Done(node, shard, b"journal"))
        return results


class Kept:
    """What outlives a driver: the shards that it kept, and what it noted and told."""

    def __init__(self):
        self.done, self.notes, self.told, self.standings = [], [], [], 0

    def keep(self, done):
        if done.journal != b"journal":
            return "it is no report"
        self.done.append(done.shard)
        return ""

    def show(self, standing):
        self.standings += 1

    def driver(self, cluster, shards, left=lambda: float("inf"), show=None):
        hooks = Hooks(
            lambda shard: Order(shard, "plan.json", (), "1", 0.0),
            self.keep,
            lambda *entry: self.notes.append(entry),
            self.told.append,
            show or self.show,
        )
        remaining = [shard for shard in shards if shard not in set(self.done)]
        return Driver(cluster, remaining, hooks, cluster.clock, left)


def shards(count, where=""):
    return [Shard("d" * 64, "plan.json", number + 1, count, where) for number in range(count)]
