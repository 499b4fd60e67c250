"""Damaged copies of models, as bad disks, bad networks and bad people make them."""

import random

import onnx

OPERATORS = ("Expand", "Loop", "Reshape", "Resize", "Tile")
NUMBERS = (-1, 0, 1, 2**31 - 1, 2**31, 2**62, -(2**63), 7)


def mutated(content: bytes, generator: random.Random) -> tuple[str, bytes]:
    """The kind of damage and the damaged `content`, of its bytes or of the graph that they mean."""
    kind = generator.choice([_flip, _cut, _swap, _repeat, _overwrite, _huge, *[_changed] * 6])
    return kind.__name__.strip("_"), kind(bytearray(content), generator)


def _changed(content, generator):
    """One to three fields of the graph get another value, one that the graph has or an odd one."""
    proto = onnx.ModelProto()
    proto.ParseFromString(bytes(content))
    for _ in range(generator.randint(1, 3)):
        _change(proto.graph, generator)
    return proto.SerializeToString()


def _change(graph, generator):
    found = generator.choice(
        [
            *(_change_node, _change_node, _change_node, _change_attribute),
            *(_change_value, _change_weights, _drop),
        ]
    )
    found(graph, generator)


def _change_node(graph, generator):
    if not graph.node:
        return
    node = generator.choice(graph.node)
    names = [name for one in graph.node for name in (*one.input, *one.output)]
    if node.input and generator.random() < 0.5:
        node.input[generator.randrange(len(node.input))] = generator.choice([*names, "", "?"])
    else:
        node.op_type = generator.choice([*(one.op_type for one in graph.node), *OPERATORS])


def _change_attribute(graph, generator):
    attributes = [attribute for node in graph.node for attribute in node.attribute]
    if attributes:
        attribute = generator.choice(attributes)
        attribute.i = generator.choice(NUMBERS)
        if attribute.ints:
            attribute.ints[generator.randrange(len(attribute.ints))] = generator.choice(NUMBERS)


def _change_value(graph, generator):
    tensor = generator.choice([*graph.input, *graph.output]).type.tensor_type
    if tensor.shape.dim and generator.random() < 0.7:
        generator.choice(tensor.shape.dim).dim_value = generator.choice(NUMBERS)
    else:
        tensor.elem_type = generator.randrange(30)


def _change_weights(graph, generator):
    if graph.initializer:
        generator.choice(graph.initializer).dims.append(generator.choice(NUMBERS))


def _drop(graph, generator):
    if graph.node:
        graph.node.remove(generator.choice(graph.node))


def _flip(content, generator: random.Random):
    for _ in range(generator.randint(1, 8)):
        content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
    return bytes(content)


def _cut(content, generator):
    return bytes(content[: generator.randrange(1, len(content) + 1)])


def _swap(content, generator):
    """Two fields, or what looks like them, change places."""
    first, second = (_part(content, generator) for _ in range(2))
    kept = bytes(content[first]), bytes(content[second])
    content[first], content[second] = kept[1], kept[0]
    return bytes(content)


def _repeat(content, generator):
    part = _part(content, generator)
    return bytes(content[: part.stop] + bytes(content[part]) * generator.randint(1, 50))


def _overwrite(content, generator):
    part = _part(content, generator)
    content[part] = generator.randbytes(part.stop - part.start)
    return bytes(content)


def _huge(content, generator):
    """A number becomes as large as it can be: a dimension, a length, a type."""
    place = generator.randrange(len(content))
    content[place : place + 1] = b"\xff" * generator.randint(1, 9) + b"\x7f"
    return bytes(content)


def _part(content, generator):
    start = generator.randrange(len(content))
    return slice(start, min(len(content), start + generator.randint(1, 64)))
