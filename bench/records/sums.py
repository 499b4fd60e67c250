"""The digests of a complete report's files, as `sha256sum --check SHA256SUMS` takes them."""

import contextlib
import hashlib
from collections.abc import Sequence
from pathlib import Path

from bench.records.files import open_regular, read_text, storage_errors, write_atomically

SUMS = "SHA256SUMS"
_LARGEST = 4096  # bytes; it has two lines
_HINT = f"Delete {SUMS} if you changed the report yourself."


def save(folder: Path, names: Sequence[str]) -> None:
    """Write the digests of these files of `folder`, which is complete. Raises ReportError."""
    lines = []
    for name in names:
        with open_regular(folder / name, _HINT) as file, storage_errors(folder / name):
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
    write_atomically(folder / SUMS, "".join(lines))


def remove(folder: Path) -> None:
    """A report that goes on is not complete any more. Raises ReportError."""
    with storage_errors(folder), contextlib.suppress(FileNotFoundError):
        (folder / SUMS).unlink()


def differ(path: Path, digest: str) -> bool:
    """Whether the digests beside `path` name it with another one. Raises ReportError."""
    sums = path.parent / SUMS
    if not sums.is_file():
        return False
    known = [line.split() for line in read_text(sums, _HINT, _LARGEST).splitlines()]
    return any(words[1:] == [path.name] and words[0] != digest for words in known)
