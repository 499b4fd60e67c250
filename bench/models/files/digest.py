"""The digest of a model: of its file, and of the files in which it keeps its weights."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bench.errors import ModelError

_PART = 2**20  # bytes
Stamp = tuple[tuple[int, int, int], ...]


def digest(path: Path, weights: Mapping[str, int] = {}) -> str:
    """SHA-256, in hexadecimal, of the file at `path` where it has its weights in it.

    Where files beside it have them (`bench.domain.Model.weights`), it is that of lines of digests
    and paths: the model's own, which has none, and those of what is read of the others.
    """
    own = _digest(path)
    if not weights:
        return own
    others = (f"{_digest(_beside(path, name), end)}  {name}\n" for name, end in weights.items())
    return hashlib.sha256("".join((f"{own}  \n", *others)).encode()).hexdigest()


def check(path: Path, weights: Mapping[str, int], expected: str) -> Stamp:
    """Raise ModelError unless the digest is the expected one; returns what `stamp` does."""
    before = stamp(path, weights)
    try:
        same = digest(path, weights) == expected
    except OSError as error:
        raise changed(path) from error
    if not same:
        raise changed(path)
    return before


def stamp(path: Path, weights: Mapping[str, int]) -> Stamp:
    """What differs, without reading a file, once it is replaced or written: inode, size, time."""
    try:
        files = [place.stat() for place in (path, *(_beside(path, name) for name in weights))]
    except OSError as error:
        raise changed(path) from error
    return tuple((file.st_ino, file.st_size, file.st_mtime_ns) for file in files)


def changed(path: Path) -> ModelError:
    """The error for a model that is another one than was planned."""
    return ModelError(
        f"{path} has changed since the run was started.",
        "Measure it again, while nothing writes it or its weights.",
    )


def _beside(path: Path, name: str) -> Path:
    return (path.parent / name).resolve()


def _digest(path: Path, end: int = 0) -> str:
    """Of the first `end` bytes, 0 for all; a file of a terabyte may be read in part only."""
    state, left = hashlib.sha256(), end
    with path.open("rb") as file:
        while part := file.read(min(left, _PART) if end else _PART):
            state.update(part)
            left -= len(part)
    return state.hexdigest()
