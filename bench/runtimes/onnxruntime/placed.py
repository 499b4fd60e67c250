"""On which provider each node of a session was placed, as onnxruntime tells it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.runtimes.onnxruntime import profile

if TYPE_CHECKING:
    import onnxruntime

MOST_NAMES = 20  # of nodes that are elsewhere; a report needs no more


@dataclass(frozen=True, slots=True)
class Placed:
    """Nodes by provider and by operator, and the names of those that are not where expected."""

    providers: Counter[str] = field(default_factory=Counter)
    operators: Counter[str] = field(default_factory=Counter)
    elsewhere: list[str] = field(default_factory=list)

    def add(self, provider: str, operator: str, name: str, expected: str) -> None:
        """One node more."""
        self.providers[provider] += 1
        self.operators[operator] += 1
        if provider != expected and len(self.elsewhere) < MOST_NAMES:
            self.elsewhere.append(f"{operator} {name}".strip())


def placed(
    session: "onnxruntime.InferenceSession",
    expected: str,
    trace: Callable[[], Sequence[Mapping[str, Any]]],
) -> Placed:
    """Where the nodes of a session are, of which `trace` gives the events of a profiled run.

    Before 1.24.1 onnxruntime tells it of the kernels that ran alone, which are fewer after fusion.
    """
    nodes = Placed()
    if hasattr(session, "get_provider_graph_assignment_info"):
        for subgraph in session.get_provider_graph_assignment_info():
            for node in subgraph.get_nodes():
                nodes.add(subgraph.ep_name, node.op_type, node.name, expected)
        return nodes
    ran = profile.kernels(trace())
    for event in ran[: len(ran) // profile.CALLS]:
        told = event["args"]
        name = event["name"].removesuffix(profile.KERNEL)
        nodes.add(told.get("provider", ""), told.get("op_name", ""), name, expected)
    return nodes
