"""Files of text: written whole or not at all, with a sentence for what goes wrong."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.errors import ReportError

_ELSEWHERE = "Choose another place with --reports, or do not save with --no-save."


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text`, or leave it as it was. Raises ReportError."""
    with storage_errors(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


@contextlib.contextmanager
def storage_errors(path: Path, hint: str = _ELSEWHERE) -> Iterator[None]:
    """What the operating system refuses for `path` becomes a ReportError with `hint`."""
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"{error.filename or path} cannot be read or written: {error.strerror or error}.",
            hint,
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
