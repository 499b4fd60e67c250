"""A cluster of Ray: it places orders on nodes and carries files and journals, and times nothing."""

import contextlib
import os
import signal
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from bench import __version__
from bench.errors import BenchError
from bench.fleet.cluster import Beat, Broken, Done, Node, Result
from bench.fleet.node import Answer, perform
from bench.fleet.order import Order
from bench.gist import gist

RESOURCE = "bench"  # a node that measures has one of it, and an order takes it
QUEUED = 300.0  # seconds that an order may wait on a node that does something else
LOOK = 2.0  # seconds between two looks at the signs of life
CARRIED = 2**30  # bytes of files that the cluster keeps at a time; more are put there again
LOCAL = "local"


@dataclass(slots=True)
class _Task:
    order: Order
    node: str
    since: float
    begun: bool = False


class RayCluster:
    """The nodes of a cluster that have the resource `bench`; use it as a context manager.

    An order takes all CPUs and GPUs of its node, so that no other task of the cluster is beside it.
    """

    def __init__(self, address: str, files: Mapping[str, str]) -> None:
        """`files` says by SHA-256 where those lie that orders name. Raises BenchError."""
        self._ray = _connected(address)
        self._files = files
        self._address = address
        self._put: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._tasks: dict[Any, _Task] = {}
        self._resources: dict[str, Mapping[str, float]] = {}
        self._looked = 0.0
        self._remote = self._ray.remote(_measure)
        self._board = self._started_board()

    def __enter__(self) -> "RayCluster":
        return self

    def __exit__(self, *exception: object) -> None:
        """What is measured for this driver ends with it."""
        self._ray.shutdown()

    def nodes(self) -> Sequence[Node]:
        """Those that are alive and have the resource. Raises BenchError where Ray is gone."""
        with _reaching(self._address):
            told = [each for each in self._ray.nodes() if each["Alive"]]
        self._resources = {each["NodeID"]: each["Resources"] for each in told}
        return [
            Node(
                each["NodeID"],
                f"{each['NodeManagerHostname']}-{each['NodeID'][:6]}",
                dict(each.get("Labels", {})),
            )
            for each in told
            if each["Resources"].get(RESOURCE, 0) >= 1
        ]

    def submit(self, node: str, order: Order) -> None:
        """Send an order, and with it where its files are found."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        resources = self._resources[node]
        with _reaching(self._address):
            task = self._remote.options(
                num_cpus=resources.get("CPU", 0),
                num_gpus=resources.get("GPU", 0),
                resources={RESOURCE: 1},
                scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
                max_retries=0,
            ).remote(order.encode(), self._carried(order), self._board, node)
        self._tasks[task] = _Task(order, node, time.monotonic())

    def results(self, seconds: float) -> Sequence[Result]:
        """Answers and signs of life; an order that waits for its node's CPUs is alive for a while.

        Raises BenchError where Ray is gone.
        """
        if not self._tasks:
            time.sleep(seconds)
            return []
        with _reaching(self._address):
            tasks = list(self._tasks)
            ready, _ = self._ray.wait(tasks, num_returns=1, timeout=seconds)
            if ready:
                ready, _ = self._ray.wait(tasks, num_returns=len(tasks), timeout=0)
            beats = self._beats()
            return [*beats, *(self._answer(task) for task in ready)]

    def withdraw(self, node: str) -> None:
        """Kill the process that measures on a node; its workers end with it."""
        for task, held in self._tasks.items():
            if held.node == node:
                self._ray.cancel(task, force=True)

    def _beats(self) -> list[Result]:
        if time.monotonic() - self._looked < LOOK:
            return []
        self._looked = time.monotonic()
        told: Mapping[str, str] = self._ray.get(self._board.take.remote())
        results: list[Result] = []
        for held in self._tasks.values():
            if held.node in told:
                held.begun = True
                results.append(Beat(held.node, told[held.node]))
            elif not held.begun and self._looked - held.since < QUEUED:
                results.append(Beat(held.node, "waiting for the node"))
        return results

    def _answer(self, task: Any) -> Result:
        held = self._tasks.pop(task)
        shard, node = held.order.shard, held.node
        try:
            answer: Answer = self._ray.get(task)
        except self._ray.exceptions.RayTaskError as error:  # on the node, outside of the order
            return Broken(node, shard, _gist(error))
        except self._ray.exceptions.RayError as error:  # its process or the node itself has died
            return Broken(node, shard, f"{type(error).__name__}.", "accident")
        if isinstance(answer, Mapping) and isinstance(answer.get("journal"), bytes):
            return Done(node, shard, answer["journal"])
        why = str(answer.get("why", "")) if isinstance(answer, Mapping) else ""
        fault = answer.get("fault") if why else None
        if fault == "order" or fault == "accident":
            return Broken(node, shard, why, fault)
        return Broken(node, shard, why or "It answered nonsense.")

    def _carried(self, order: Order) -> dict[str, Any]:
        """Files as objects of the cluster, by SHA-256; a node fetches what it lacks."""
        carried = {}
        for parcel in order.parcels:
            if parcel.sha256 not in self._put:
                content = _content(self._files[parcel.sha256])
                self._put[parcel.sha256] = (self._ray.put(content), parcel.bytes)
            self._put.move_to_end(parcel.sha256)
            carried[parcel.sha256] = self._put[parcel.sha256][0]
        while len(self._put) > 1 and sum(size for _, size in self._put.values()) > CARRIED:
            self._put.popitem(last=False)  # an order that has it keeps it alive
        return carried

    def _started_board(self) -> Any:
        """Where nodes pin their signs of life: on the head of the cluster."""
        head = {"node:__internal_head__": 0.001}
        with _reaching(self._address):
            return self._ray.remote(_Board).options(num_cpus=0, resources=head).remote()


class _Board:
    """The latest sign of life of each node."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def pin(self, node: str, doing: str) -> None:
        self._told[node] = doing

    def take(self) -> dict[str, str]:
        told, self._told = self._told, {}
        return told


def _measure(fields: Mapping[str, Any], files: Mapping[str, Any], board: Any, node: str) -> Answer:
    """What runs on the node, in a process of Ray: the same as `bench run --shard` does there."""
    import ray

    os.environ.pop("OMP_NUM_THREADS", None)  # Ray's, of which a runtime would make its threads
    return perform(
        fields,
        lambda digest: memoryview(ray.get(files[digest])),
        lambda doing: board.pin.remote(node, doing),
    )


def check_installed() -> None:
    """Raise BenchError where Ray is not."""
    try:
        import ray  # noqa: F401
    except ImportError as error:
        raise BenchError("--on needs Ray.", "Install it: pip install 'ray[client]'") from error


def _connected(address: str) -> Any:
    """The module of Ray, connected. Raises BenchError where the cluster is not reached."""
    import ray

    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    ending = signal.getsignal(signal.SIGTERM)
    with _reaching(address):
        if address == LOCAL:
            ray.init(LOCAL, resources={RESOURCE: 1}, include_dashboard=False, **quiet)
        else:
            ray.init(address, **quiet)
    signal.signal(signal.SIGTERM, ending)  # Ray's would end the program and show nothing
    return ray


@contextlib.contextmanager
def _reaching(address: str) -> Iterator[None]:
    """What goes wrong with the connection becomes a sentence."""
    from ray.exceptions import RayError

    try:
        yield
    except (RayError, OSError, RuntimeError, ValueError) as error:
        raise BenchError(
            f"The cluster at {address} cannot be used: {gist(error)}.",
            "See whether it runs, has the same Ray and Python, and knows your token (ray status).",
        ) from error


def _content(path: str) -> NDArray[numpy.uint8]:
    """An array, not bytes: the nodes read it from shared memory, without a copy."""
    try:
        return numpy.fromfile(path, dtype=numpy.uint8)
    except OSError as error:
        raise BenchError(
            f"{path} cannot be sent: {error.strerror}.", "Put it back, and resume."
        ) from error


def _gist(error: Exception) -> str:
    """The last line of what went wrong on a node."""
    text = str(error).strip()
    if "No module named" in text or "failed to import" in text:
        return (
            f"It lacks onnx-bench {__version__}. Install it there from the same clone:"
            " pip install '.[cpu,fleet]'"
        )
    return text.splitlines()[-1] if text else type(error).__name__
