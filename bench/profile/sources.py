"""Which nodes of a file a kernel stands for, found by the names that runtimes give to kernels."""

import re
from collections.abc import Container, Mapping, Sequence

import onnx

from bench.domain import Kernel

# What runtimes add to the name of a node, or of a value that a fused kernel computes.
_ADDED = re.compile(
    r"((_bn)?(_nchwc|_nhwc|_token_\d+)+|_bn|/WithoutBiases|/MatMul\w*Fusion/?(_token_\d+)?|/fused\w*)$"
)
# What onnxruntime inserts between kernels: they compute nothing and read no weights.
INSERTED = ("Cast", "MemcpyFromHost", "MemcpyToHost", "ReorderInput", "ReorderOutput", "Transpose")
_BEFORE = re.compile(r"^fused[ _]")


def sources(
    graph: onnx.GraphProto, kernels: Sequence[Kernel], products: Container[int] = ()
) -> list[tuple[int, ...]]:
    """The nodes, by index in the graph, that each kernel computes; none for one that is inserted.

    A kernel bears the name of its output, and then computes all that leads there from values that
    other kernels give; or that of its first node, and then what follows until the next kernel. Of
    nodes without names those that were not fused are found by their index and operator. Where a
    kernel bears no name that is known, it may be the one that computes a node of `products`: those
    do not follow another then.
    """
    producers = {name: i for i, node in enumerate(graph.node) for name in node.output if name}
    by_name = {node.name: index for index, node in enumerate(graph.node) if node.name}
    known = [_known(kernel.name, {**producers, **by_name}) for kernel in kernels]
    named = [
        by_name.get(name, producers.get(name, _kept(graph, kernel)))
        for name, kernel in zip(known, kernels, strict=True)
    ]
    given = {name for node in named if node is not None for name in graph.node[node].output}
    owners = {node: kernel for kernel, node in enumerate(named) if node is not None}
    for kernel, name in enumerate(known):
        if name not in by_name and name in producers:
            for node in _leading_to(graph, producers[name], producers, given):
                owners.setdefault(node, kernel)
    met = set(owners.values())
    strange = any(
        place not in met and kernel.operator not in INSERTED for place, kernel in enumerate(kernels)
    )
    for index, node in enumerate(graph.node):  # in topological order, as ONNX demands
        if strange and index in products:
            continue
        before = [owners[producers[n]] for n in node.input if producers.get(n) in owners]
        if before:
            owners.setdefault(index, before[0])
    return [
        tuple(node for node, owner in sorted(owners.items()) if owner == kernel)
        for kernel in range(len(kernels))
    ]


def _kept(graph: onnx.GraphProto, kernel: Kernel) -> int | None:
    """The index of a kernel's node where it has no name and is the node of the file."""
    index = kernel.index
    if index is None or not 0 <= index < len(graph.node) or graph.node[index].name:
        return None
    return index if graph.node[index].op_type == kernel.operator else None


def _known(name: str, names: Container[str]) -> str:
    """The longest part of a kernel's name that the graph knows, or "" where it knows none."""
    plain = _BEFORE.sub("", name)
    return next((part for part in (name, plain, _ADDED.sub("", plain)) if part in names), "")


def _leading_to(
    graph: onnx.GraphProto, end: int, producers: Mapping[str, int], given: Container[str]
) -> set[int]:
    """The nodes from which `end` follows without a value that is in `given`, and itself."""
    leading, waiting = {end}, [end]
    while waiting:
        for name in graph.node[waiting.pop()].input:
            before = producers.get(name)
            if before is not None and name not in given and before not in leading:
                leading.add(before)
                waiting.append(before)
    return leading
