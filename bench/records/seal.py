"""Whether this user began a report, or somebody handed it to them."""

import contextlib
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.host.folders import data_folder

_KEY_BYTES = 32
_NOT_SEALED = ("seal", "number", "check")  # the last two come when the journal writes the line


def sealed(header: Mapping[str, Any]) -> dict[str, Any]:
    """`header` with a seal that only this user's key makes.

    Without one where the key can be neither read nor made: such a report is resumed as a foreign
    one is, by naming its files again.
    """
    key = _key()
    return dict(header) if key is None else {**header, "seal": _seal(header, key)}


def is_own(header: Mapping[str, Any]) -> bool:
    """Whether this user's key sealed `header`, and nothing in it was changed since."""
    key, seal = _key(), header.get("seal")
    if key is None or not isinstance(seal, str):
        return False
    return hmac.compare_digest(seal.encode(), _seal(header, key).encode())


def _seal(header: Mapping[str, Any], key: bytes) -> str:
    content = {name: value for name, value in header.items() if name not in _NOT_SEALED}
    text = json.dumps(content, sort_keys=True)
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest()


def _key() -> bytes | None:
    path = data_folder() / "key"
    with contextlib.suppress(OSError):
        if not path.exists():
            _make(path)
        key = path.read_bytes() if path.is_file() else b""
        return key if len(key) == _KEY_BYTES else None
    return None


def _make(path: Path) -> None:
    """A new key that others cannot read; where two runs make one at once, the first stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".key.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
