"""Kernels of a trace with the nodes of the file that they stand for, and what these compute."""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import onnx

from bench.domain import Kernel, Model
from bench.models.cost.count import costs, has_subgraph, weights
from bench.models.feed.batch import Sizes
from bench.models.files.describe import graph_without_weights
from bench.profile.sources import INSERTED, sources


@dataclass(frozen=True, slots=True)
class Annotated:
    """A kernel with its nodes by name and by operator, none where the runtime inserted it.

    Multiply-accumulates are those of a call, None where one of the nodes is not known: a kernel
    without nodes computes 0 where all that is computed belongs to others.
    """

    kernel: Kernel
    nodes: tuple[str, ...]
    operators: tuple[str, ...]
    multiply_accumulates: int | None


def annotated(kernels: Sequence[Kernel], model: Model, sizes: Sizes) -> list[Annotated]:
    """Each kernel with its nodes; `sizes` are those of the dynamic dimensions of the run.

    Its bytes are with the weights of its nodes; they are None where it may have those of a product
    that no kernel is known to compute.
    """
    proto = graph_without_weights(Path(model.path))
    each = costs(proto, sizes)
    products = {index for index, cost in enumerate(each) if cost.multiply_accumulates != 0}
    found = sources(proto.graph, kernels, products)
    held = weights(proto.graph)
    run = {node for nodes in found for node in nodes}
    behind = _behind(proto.graph, held, run)
    # What these compute may be what a kernel without nodes does.
    unplaced = any(
        (index not in run or has_subgraph(proto.graph.node[index]))
        and not any(name in behind for name in proto.graph.node[index].output)
        for index in products
    )
    kernels_with_nodes = []
    for kernel, nodes in zip(kernels, found, strict=True):
        counts = [each[node].multiply_accumulates for node in nodes]
        known = bool(nodes) or not unplaced or kernel.operator in INSERTED
        if not known:
            counts = [None]
        inputs = {name for node in nodes for name in proto.graph.node[node].input}
        read = {weight for name in inputs for weight in behind.get(name, ())}
        kernels_with_nodes.append(
            Annotated(
                replace(
                    kernel, moved=_moved(kernel, [held[name] for name in read]) if known else None
                ),
                tuple(proto.graph.node[node].name for node in nodes),
                tuple(proto.graph.node[node].op_type for node in nodes),
                None if None in counts else sum(count for count in counts if count),
            )
        )
    return kernels_with_nodes


def _behind(
    graph: onnx.GraphProto, held: Collection[str], run: Container[int]
) -> Mapping[str, Collection[str]]:
    """The weights of which each constant value is made, by nodes that are not `run` in a call."""
    behind: dict[str, Collection[str]] = {name: {name} for name in held}
    for index, node in enumerate(graph.node):  # in topological order, as ONNX demands
        names = [name for name in node.input if name]
        if names and index not in run and all(name in behind for name in names):
            made_of = {weight for name in names for weight in behind[name]}
            behind.update(dict.fromkeys(filter(None, node.output), made_of))
    return behind


def _moved(kernel: Kernel, read: Collection[int]) -> int | None:
    """The bytes of a kernel whose nodes read weights of so many bytes each.

    onnxruntime leaves out those that it packed when the model was opened. Where it tells of at
    least as many as the largest has, it tells of all, as they are after fusion.
    """
    if kernel.moved is None or kernel.parameters >= max(read, default=0):
        return kernel.moved
    return kernel.moved - kernel.parameters + sum(read)
