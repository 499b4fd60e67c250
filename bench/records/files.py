"""The one door to files that are kept: whole or as they were, or a sentence."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Literal

from bench.errors import ReportError

LARGEST = 2 * 2**30  # bytes of a file that is read; a journal of 100 rows has 80 MB
_ELSEWHERE = "Choose another place with --reports, or do not save with --no-save."
_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of this user is used up",
    errno.EROFS: "it can only be read there",
    errno.EFBIG: "it would be larger than files may be here",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "it is a link",
}


def write_atomically(path: Path, text: str, hint: str = _ELSEWHERE) -> None:
    """Replace `path` by `text`, or leave it as it was. Raises ReportError with `hint`."""
    with storage_errors(path, hint):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".onnx-bench.")
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


def write(path: Path, text: str, hint: str) -> None:
    """Write to what is there: a device or pipe as it is, what a link leads to, or a new file.

    Raises ReportError with `hint`.
    """
    with storage_errors(path, hint):
        is_special = path.exists() and not path.is_file()
        if is_special:
            path.write_text(text, encoding="utf-8")
    if not is_special:
        write_atomically(Path(os.path.realpath(path)), text, hint)


@contextlib.contextmanager
def open_regular(path: Path, hint: str, largest: int = LARGEST) -> Iterator[BufferedReader]:
    """A file to read, which ends: no device or pipe, and of `largest` bytes at most.

    Raises ReportError with `hint` for another.
    """
    with storage_errors(path, hint, "read"):
        file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 - closed below
    with file:
        check_regular(file, path, hint, largest)
        yield file


def check_regular(
    file: BufferedReader | BufferedRandom, path: Path, hint: str, largest: int = LARGEST
) -> None:
    """Raise ReportError unless what was opened is a regular file that is not too large."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise ReportError(f"{path} cannot be read: it is not a regular file.", hint)
    if status.st_size > largest:
        raise ReportError(
            f"{path} cannot be read: it has {status.st_size} bytes, and {largest} are the most.",
            hint,
        )


def read_text(path: Path, hint: str, largest: int = LARGEST) -> str:
    """The text of a regular file. Raises ReportError, and ValueError where it is not UTF-8."""
    with open_regular(path, hint, largest) as file, storage_errors(path, hint, "read"):
        return file.read(largest).decode("utf-8")


def inside(folder: Path, name: str) -> Path:
    """A file of a report's folder. Raises ReportError for a link that leads out of it."""
    path = folder / name
    if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), "")):
        raise ReportError(
            f"{path} is a link that leads out of the report's folder.",
            "If you know that file, name it instead of the folder.",
        )
    return path


@contextlib.contextmanager
def storage_errors(
    path: Path, hint: str = _ELSEWHERE, act: Literal["read", "written"] = "written"
) -> Iterator[None]:
    """What the operating system refuses for `path` becomes a ReportError with `hint`."""
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"{error.filename or path} cannot be {act}: {why(error)}.", hint
        ) from error


def why(error: OSError) -> str:
    """What the operating system refused, in a few words."""
    return _WHY.get(error.errno or 0) or error.strerror or str(error)


def _without_waiting(path: str, flags: int) -> int:
    """A pipe to which nobody writes would be waited for."""
    return os.open(path, flags | os.O_NONBLOCK)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
