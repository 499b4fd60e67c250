"""An ONNX file decoded without the values of its weights, which are nearly all of a large one."""

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path

import onnx

LARGEST_KEPT = 1024  # bytes of a tensor's values; small ones may be shapes or axes
_DEEPEST = 100  # messages within messages, as protobuf's own decoders allow
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5  # wire types (Protocol Buffers, Encoding)

# By message, the fields that hold messages in which a tensor may be (onnx.proto).
_INNER: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "function": {7: "node"},
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
    "tensor": {},
}
_VALUES = {4, 5, 6, 7, 9, 10, 11}  # of a TensorProto: float_data … raw_data … uint64_data


def load(path: Path) -> onnx.ModelProto:
    """Decode the file at `path`; tensors with many values keep their names, types and shapes.

    Only what is kept is read from the disk. Raises ValueError for bytes that are no protobuf, and
    google.protobuf.message.DecodeError for those that are not ONNX's.
    """
    proto = onnx.ModelProto()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        view = memoryview(mapped)
        try:
            kept = _kept(view, "model", 0)
        finally:
            view.release()
    proto.ParseFromString(kept)
    return proto


def _kept(view: memoryview, message: str, depth: int) -> bytes:
    """The message's bytes without the values of large tensors anywhere inside."""
    if depth > _DEEPEST:
        raise ValueError("messages are nested too deeply")
    parts = bytearray()
    for number, kind, start, body, end in _fields(view):
        inner = _INNER[message].get(number)
        if kind != _LENGTH or (inner is None and not _is_large(message, number, end - body)):
            parts += view[start:end]
        elif inner is not None:
            with view[body:end] as part:
                content = _kept(part, inner, depth + 1)
            parts += _varint(number << 3 | _LENGTH) + _varint(len(content)) + content
    return bytes(parts)


def _is_large(message: str, number: int, size: int) -> bool:
    return message == "tensor" and number in _VALUES and size > LARGEST_KEPT


def _fields(view: memoryview) -> Iterator[tuple[int, int, int, int, int]]:
    """Of each field its number, wire type, start, start of its content, and end."""
    position = 0
    while position < len(view):
        start = position
        tag, position = _read_varint(view, position)
        number, kind = tag >> 3, tag & 7
        body = position
        if kind == _VARINT:
            _, position = _read_varint(view, position)
        elif kind == _LENGTH:
            length, body = _read_varint(view, position)
            position = body + length
        elif kind in (_FIXED64, _FIXED32):
            position += 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {kind} is not of protobuf 3")
        if position > len(view):
            raise ValueError("a field ends behind its message")
        yield number, kind, start, body, position


def _read_varint(view: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(view):
            raise ValueError("a number ends behind its message")
        byte = view[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("a number has more than ten bytes")


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
