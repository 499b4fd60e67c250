"""The lines of a journal: JSON, each with its number and a checksum by which damage is told."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Eight bytes of BLAKE2b, not a CRC of four: a line of samples is long, a run has many thousands,
# and damage is not always a flipped bit. It costs a microsecond for a kilobyte. It is no signature.
_DIGEST_BYTES = 8
_CHECK = re.compile(rb'\A,"check":"([0-9a-f]{16})"\}\n\Z')
_CHECK_BYTES = 29


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that is not what was written, or that is no longer there."""

    line: int
    what: str  # "damaged" or "missing"

    def __str__(self) -> str:
        return f"Line {self.line} of the journal is {self.what}"


def encoded(entry: Mapping[str, Any], number: int, checked: bool = True) -> bytes:
    """One line with its `number`, which counts from 1, and the checksum of all before it.

    A journal that was begun without checksums goes on without.
    """
    if not checked:
        return json.dumps(entry, separators=(",", ":")).encode() + b"\n"
    body = json.dumps({**entry, "number": number}, separators=(",", ":")).encode()[:-1]
    return body + b',"check":"%s"}\n' % _digest(body)


def is_checked(lines: Iterable[bytes]) -> bool:
    """Whether the journal has checksums; those of earlier releases have not one."""
    return any(_CHECK.search(line[-_CHECK_BYTES:]) for line in lines)


class Lines:
    """What each line of a journal amounts to, but the last one where its writer was stopped in it.

    After iteration `whole` is the number of bytes before that torn line, `following` the number of
    the entry that comes next.
    """

    def __init__(self, lines: Iterable[bytes], checked: bool) -> None:
        self._lines = lines
        self.checked = checked
        self.whole = 0
        self.following = 1
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[dict[str, Any] | Damage]:
        """Entries and damage. Without checksums, ValueError for a line that is no JSON."""
        last, damaged = 0, 0  # the number of the last good entry, and bad lines since then
        for place, line in enumerate(self._lines, 1):
            self._digest.update(line)
            if not line.endswith(b"\n"):
                return
            self.whole += len(line)
            self.following = max(place, last) + 1
            if not self.checked:
                yield json.loads(line)
                continue
            entry = _checked(line)
            number = entry["number"] if entry else 0
            if not entry or number <= last:
                damaged += 1
                yield Damage(place, "damaged")
                continue
            if number > last + 1 + damaged:
                yield Damage(last + 1 + damaged, "missing")
            last, damaged = number, 0
            self.following = max(place, last) + 1
            yield entry

    def digest(self) -> str:
        """The SHA-256 of all that was read."""
        return self._digest.hexdigest()


def _checked(line: bytes) -> dict[str, Any] | None:
    match = _CHECK.search(line[-_CHECK_BYTES:])
    if not match or _digest(line[:-_CHECK_BYTES]) != match[1]:
        return None
    entry: dict[str, Any] = json.loads(line)
    return entry


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest().encode()
