"""Messages between parent and worker: length-prefixed JSON objects over a pipe."""

import json
import os
import select
import struct
import time
from typing import Any

VERSION = 2  # of the messages; 1 had no version in them
_HEADER = struct.Struct(">I")
_LONGEST_POLL = 1000.0  # seconds; poll(2) counts its milliseconds in an int
_LARGEST = 64 * 2**20  # bytes; a full slot of samples is about 20 kB


class Closed(Exception):
    """The other end of the pipe is gone."""


class Late(Exception):
    """The other end did not answer before the deadline."""


def send(descriptor: int, message: dict[str, Any]) -> None:
    """Write one message. Raises Closed when nobody reads."""
    body = json.dumps(message, separators=(",", ":")).encode()
    view = memoryview(_HEADER.pack(len(body)) + body)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except BrokenPipeError as error:
        raise Closed from error


def receive(descriptor: int, seconds: float | None = None) -> dict[str, Any]:
    """Read one message, waiting at most `seconds` for all of it.

    Raises Closed at the end of the stream or for what is no message, Late past the deadline.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    (length,) = _HEADER.unpack(_exactly(descriptor, _HEADER.size, deadline))
    if length > _LARGEST:
        raise Closed
    try:
        message = json.loads(_exactly(descriptor, length, deadline))
    except ValueError as error:
        raise Closed from error
    if not isinstance(message, dict):
        raise Closed
    return message


def _exactly(descriptor: int, count: int, deadline: float | None) -> bytes:
    parts = bytearray()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while len(parts) < count:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Late
            if not poll.poll(min(left, _LONGEST_POLL) * 1000):
                continue
        part = os.read(descriptor, count - len(parts))
        if not part:
            raise Closed
        parts += part
    return bytes(parts)
