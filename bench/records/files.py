"""The one door to files that are kept: whole or as they were, or a sentence."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Literal

from bench.errors import ReportError
from bench.gist import refusal

LARGEST = 2 * 2**30  # bytes of a file that is read; a journal of 100 rows has 80 MB
_ELSEWHERE = "Choose another place with --reports, or do not save with --no-save."


def write_atomically(path: Path, text: str, hint: str = _ELSEWHERE) -> None:
    """Replace `path` by `text`, or leave it as it was. Raises ReportError with `hint`."""
    with replacing(path, hint) as file:
        file.write(text.encode())


@contextlib.contextmanager
def replacing(path: Path, hint: str = _ELSEWHERE) -> Iterator[BufferedRandom]:
    """A file to write, which takes the place of `path` when it is whole and on the disk.

    Raises ReportError with `hint`, and leaves what was there as it was.
    """
    with storage_errors(path, hint):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".onnx-bench.")
        try:
            with os.fdopen(descriptor, "wb+") as file:
                yield file
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
    if os.path.exists(path) and not os.path.isfile(path):
        with storage_errors(path, hint):
            file = open(path, "w", encoding="utf-8", opener=_without_waiting)  # noqa: SIM115
            with file:
                os.set_blocking(file.fileno(), True)  # a reader may take its time
                file.write(text)
    else:
        write_atomically(Path(os.path.realpath(path)), text, hint)


def append(path: Path, text: str, hint: str) -> None:
    """Add to the end of a file. Raises ReportError with `hint`."""
    with storage_errors(path, hint), path.open("a", encoding="utf-8") as file:
        file.write(text)


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
            f"{error.filename2 or error.filename or path} cannot be {act}: {refusal(error)}.", hint
        ) from error


def _without_waiting(path: str, flags: int) -> int:
    """A pipe that nobody has opened at its other end would be waited for."""
    return os.open(path, flags | os.O_NONBLOCK)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
