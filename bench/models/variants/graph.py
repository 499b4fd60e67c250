"""The graph of a model as rewrites see it: its nodes, who uses their values, its constants."""

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

STANDARD = ("", "ai.onnx")  # the names of ONNX's own domain


class Graph:
    """The outermost graph of `proto`, which is changed when `finish` is called.

    `nodes` are in order of execution; rewrites change them and their names in place.
    """

    def __init__(self, proto: onnx.ModelProto) -> None:
        self._graph = proto.graph
        self.nodes = [_copy(node) for node in self._graph.node]
        # An initializer that is an input too may be fed another value: it is no constant.
        fed = {value.name for value in self._graph.input}
        self._constants = {
            tensor.name: tensor for tensor in self._graph.initializer if tensor.name not in fed
        }

    def constant(self, name: str) -> NDArray[numpy.float64] | None:
        """The floats of a constant as float64, or None for what is computed or is no floats."""
        tensor = self._constants.get(name)
        if tensor is None:
            return None
        array = numpy_helper.to_array(tensor)
        return array.astype(numpy.float64) if array.dtype.kind == "f" else None

    def add_constant(self, array: NDArray[Any], like: str) -> str:
        """Add a constant of the element type of the one called `like`; returns its name."""
        taken = set(self._constants) | {name for node in self.nodes for name in node.output}
        name = next(name for number in count(1) if (name := f"{like}.{number}") not in taken)
        dtype = onnx.helper.tensor_dtype_to_np_dtype(self._constants[like].data_type)
        tensor = numpy_helper.from_array(numpy.ascontiguousarray(array, dtype), name)
        self._graph.initializer.append(tensor)
        self._constants[name] = tensor
        return name

    def find(self, *operators: str) -> Iterator[onnx.NodeProto]:
        """The nodes of these of ONNX's own operators."""
        for node in self.nodes:
            if node.op_type in operators and node.domain in STANDARD:
                yield node

    def only_user(self, node: onnx.NodeProto, *operators: str) -> onnx.NodeProto | None:
        """The node of one of these operators that reads what `node` makes, if nothing else does.

        It must read it as its first input, and `node` must have no second output.
        """
        if [name for name in node.output if name] != [node.output[0]]:
            return None
        if self._uses()[node.output[0]] != 1:
            return None
        users = (user for user in self.find(*operators) if user.input[0] == node.output[0])
        return next(users, None)

    def fold_into_earlier(self, node: onnx.NodeProto, earlier: onnx.NodeProto) -> None:
        """Remove `node`, whose value `earlier` makes from now on."""
        earlier.output[0] = node.output[0]
        self.nodes.remove(node)

    def fold_into_later(self, node: onnx.NodeProto, later: onnx.NodeProto) -> None:
        """Remove `node`, whose input `later` reads from now on."""
        later.input[0] = node.input[0]
        self.nodes.remove(node)

    def swap(self, first: onnx.NodeProto, second: onnx.NodeProto) -> None:
        """Let `second`, the only user of `first`, run before it on the same input."""
        here, there = self.nodes.index(first), self.nodes.index(second)
        self.nodes[here], self.nodes[there] = second, first
        value, between, end = first.input[0], first.output[0], second.output[0]
        second.input[0], second.output[0] = value, between
        first.input[0], first.output[0] = between, end

    def finish(self) -> None:
        """Write the nodes back, without constants that nothing uses and shapes that were noted."""
        uses = self._uses()
        kept = [tensor for tensor in self._graph.initializer if uses[tensor.name]]
        for field, values in (("node", self.nodes), ("initializer", kept), ("value_info", [])):
            copies = [_copy(value) for value in values]  # emptying the field empties its values
            self._graph.ClearField(field)
            getattr(self._graph, field).extend(copies)

    def _uses(self) -> Counter[str]:
        """How often each value is read: by nodes, inside their subgraphs, and as an output."""
        return Counter(
            [*_read(self.nodes), *(value.name for value in self._graph.output)],
        )


def _read(nodes: list[onnx.NodeProto]) -> Iterator[str]:
    """Every name that nodes and the graphs in their attributes read."""
    for node in nodes:
        yield from node.input
        for attribute in node.attribute:
            for graph in (*attribute.graphs, attribute.g):
                yield from _read(graph.node)
                yield from (value.name for value in graph.output)


def _copy(message: Any) -> Any:
    other = type(message)()
    other.CopyFrom(message)
    return other


def attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    """The value of a node's attribute, or the operator's default."""
    declared = next((entry for entry in node.attribute if entry.name == name), None)
    return default if declared is None else onnx.helper.get_attribute_value(declared)
