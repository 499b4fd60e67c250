"""Kernels of a trace with the nodes of the file that they stand for, and what these compute."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.domain import Kernel, Model
from bench.models.cost.count import costs
from bench.models.feed.batch import Sizes
from bench.models.files.describe import graph_without_weights
from bench.profile.sources import sources


@dataclass(frozen=True, slots=True)
class Annotated:
    """A kernel with its nodes by name and by operator, none where the runtime inserted it.

    Multiply-accumulates are those of a call, None where one of the nodes is not known.
    """

    kernel: Kernel
    nodes: tuple[str, ...]
    operators: tuple[str, ...]
    multiply_accumulates: int | None


def annotated(kernels: Sequence[Kernel], model: Model, sizes: Sizes) -> list[Annotated]:
    """Each kernel with its nodes; `sizes` are those of the dynamic dimensions of the run."""
    proto = graph_without_weights(Path(model.path))
    each = costs(proto, sizes)
    kernels_with_nodes = []
    for kernel, nodes in zip(kernels, sources(proto.graph, kernels), strict=True):
        counts = [each[node].multiply_accumulates for node in nodes]
        kernels_with_nodes.append(
            Annotated(
                kernel,
                tuple(proto.graph.node[node].name for node in nodes),
                tuple(proto.graph.node[node].op_type for node in nodes),
                None if None in counts else sum(count for count in counts if count),
            )
        )
    return kernels_with_nodes
