"""Messages over a real pipe: whole, torn, late, from a closed end, oversized or no message."""

import json
import os
import struct
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.engine.worker import protocol

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
MESSAGES = st.dictionaries(st.text(), st.recursive(LEAVES, st.lists, max_leaves=8), max_size=4)


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    ends = {"reading": reading, "writing": writing}
    yield ends
    for descriptor in ends.values():
        os.close(descriptor)


def close(pipe, end):
    os.close(pipe.pop(end))


def framed(body):
    return struct.pack(">I", len(body)) + body


@settings(max_examples=50)
@given(st.lists(MESSAGES, max_size=4))
def test_messages_come_out_as_they_went_in_and_in_order(messages):
    reading, writing = os.pipe()
    try:
        for message in messages:
            protocol.send(writing, message)
        assert [protocol.receive(reading, 5) for _ in messages] == messages
    finally:
        os.close(reading)
        os.close(writing)


def test_a_message_larger_than_the_pipe_comes_out_whole(pipe):
    message = {"samples": [0.123456789] * 50_000}
    writer = threading.Thread(target=protocol.send, args=(pipe["writing"], message))
    writer.start()
    assert protocol.receive(pipe["reading"], 60) == message
    writer.join()


def test_without_a_deadline_it_waits_for_the_message(pipe):
    protocol.send(pipe["writing"], {"do": "slot"})
    assert protocol.receive(pipe["reading"]) == {"do": "slot"}


@pytest.mark.parametrize("length", range(len(framed(b'{"a":1}'))))
def test_a_torn_message_is_a_closed_end(pipe, length):
    os.write(pipe["writing"], framed(b'{"a":1}')[:length])
    close(pipe, "writing")
    with pytest.raises(protocol.Closed):
        protocol.receive(pipe["reading"], 5)


@pytest.mark.parametrize("sent", [b"", b"\0\0", framed(b'{"a":1}')[:-1]])
def test_a_message_that_does_not_come_whole_in_time_is_late(pipe, sent):
    os.write(pipe["writing"], sent)
    with pytest.raises(protocol.Late):
        protocol.receive(pipe["reading"], 0.01)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1]", b"1", b"null", b"not json"])
def test_what_is_no_message_counts_as_closed(pipe, body):
    os.write(pipe["writing"], framed(body))
    with pytest.raises(protocol.Closed):
        protocol.receive(pipe["reading"], 5)


def test_an_oversized_length_is_refused_before_anything_is_read(pipe):
    os.write(pipe["writing"], struct.pack(">I", 2**32 - 1))
    with pytest.raises(protocol.Closed):
        protocol.receive(pipe["reading"], 5)


def test_sending_to_a_closed_end_is_closed(pipe):
    close(pipe, "reading")
    with pytest.raises(protocol.Closed):
        protocol.send(pipe["writing"], {"do": "slot"})


def test_a_message_is_its_length_and_compact_json(pipe):
    protocol.send(pipe["writing"], {"do": "slot", "opening": 3})
    frame = os.read(pipe["reading"], 1000)
    assert frame == framed(json.dumps({"do": "slot", "opening": 3}, separators=(",", ":")).encode())
