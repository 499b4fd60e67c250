"""Models that ask for more than there is, or for what is not theirs."""

import onnx
import onnx_models
from onnx import TensorProto, helper

X = [("x", TensorProto.FLOAT, ["n", 4])]


def expanding(path):
    """Expands one number to four terabytes."""
    shape = helper.make_tensor("shape", TensorProto.INT64, [2], [10**6, 10**6])
    return onnx_models.write(
        path,
        [
            helper.make_node("ReduceSum", ["x"], ["sum"], keepdims=0),
            helper.make_node("Constant", [], ["shape"], value=shape),
            helper.make_node("Expand", ["sum", "shape"], ["y"]),
        ],
        X,
        [("y", TensorProto.FLOAT, None)],
    )


def endless(path):
    """Loops 2**62 times."""
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["goes_on"]),
            helper.make_node("Add", ["v", "v"], ["w"]),
        ],
        "body",
        [
            value("number", TensorProto.INT64, []),
            value("going", TensorProto.BOOL, []),
            value("v", TensorProto.FLOAT, ["n", 4]),
        ],
        [value("goes_on", TensorProto.BOOL, []), value("w", TensorProto.FLOAT, ["n", 4])],
    )
    times = helper.make_tensor("times", TensorProto.INT64, [], [2**62])
    true = helper.make_tensor("true", TensorProto.BOOL, [], [True])
    return onnx_models.write(
        path,
        [
            helper.make_node("Constant", [], ["times"], value=times),
            helper.make_node("Constant", [], ["true"], value=true),
            helper.make_node("Loop", ["times", "true", "x"], ["y"], body=body),
        ],
        X,
        [("y", TensorProto.FLOAT, None)],
    )


def enormous(path):
    """Has an input with a dimension of 2**62."""
    return onnx_models.write(
        path,
        [helper.make_node("Relu", ["x"], ["y"])],
        [("x", TensorProto.FLOAT, [1, 2**62])],
        [("y", TensorProto.FLOAT, None)],
    )


def nested(path):
    """Has 2,000 branches within each other, which no decoder follows to the end."""
    content = b""
    for _ in range(2_000):  # a graph (6) of an attribute (5) of a node (1)
        for tag in (0x32, 0x2A, 0x0A):
            content = bytes([tag]) + _varint(len(content)) + content
    path.write_bytes(b"\x3a" + _varint(len(content)) + content)
    return path


def escaping(path):
    """Keeps its weights in a file of the system."""
    onnx_models.linear(path)
    proto = onnx.load(path)
    weights = proto.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="../../../../../../etc/passwd")
    path.write_bytes(proto.SerializeToString())
    return path


def multiplying(path):
    """Doubles a tensor forty times: a small file, and a terabyte in the end."""
    nodes = [
        helper.make_node("Concat", [f"v{n}", f"v{n}"], [f"v{n + 1}"], axis=1) for n in range(40)
    ]
    return onnx_models.write(
        path,
        nodes,
        [("v0", TensorProto.FLOAT, ["n", 4])],
        [("v40", TensorProto.FLOAT, None)],
    )


def _varint(value):
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


ALL = (expanding, endless, enormous, nested, escaping, multiplying)
