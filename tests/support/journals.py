"""Journals that are changed on purpose, as a run would have written them and otherwise."""

import json

from bench.records.lines import encoded


def entries(path):
    """What each line says, without its number and checksum."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{k: v for k, v in line.items() if k not in ("number", "check")} for line in lines]


def write(path, entries):
    """A journal of these entries, numbered and checked anew."""
    path.write_bytes(b"".join(encoded(entry, n) for n, entry in enumerate(entries, 1)))


def flipped(content, bit):
    """`content` with one bit turned over."""
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
