"""A cluster whose nodes are folders of this process: orders are carried out as they are sent."""

from pathlib import Path
from typing import ClassVar

from bench.fleet.cluster import Broken, Done, Node
from bench.fleet.node import perform


class InProcess:
    """Takes the place of `RayCluster`; what was sent and fetched is kept by the class."""

    labels: ClassVar = {"a": {"cpu": "spr"}, "b": {"cpu": "spr"}}
    stores: ClassVar[Path] = Path()
    sent: ClassVar[list] = []
    fetched: ClassVar[list] = []
    interrupts: ClassVar[list] = []  # numbers of orders before which Ctrl-C comes

    def __init__(self, address, files):
        self._files, self._results = files, []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def nodes(self):
        return [Node(name, name, labels) for name, labels in self.labels.items()]

    def submit(self, node, order):
        if len(self.sent) in self.interrupts:
            self.interrupts.remove(len(self.sent))
            raise KeyboardInterrupt
        self.sent.append((node, order.shard))

        def fetch(digest):
            self.fetched.append((node, digest))
            return Path(self._files[digest]).read_bytes()

        answer = perform(order.encode(), fetch, lambda doing: None, self.stores / node)
        if "journal" in answer:
            self._results.append(Done(node, order.shard, answer["journal"]))
        else:
            self._results.append(Broken(node, order.shard, answer["why"], answer["fault"]))

    def results(self, seconds):
        results, self._results = self._results, []
        return results

    def withdraw(self, node):
        pass
