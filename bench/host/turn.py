"""Measurements of one user take turns on a machine, since two at once disturb each other."""

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_PAUSE = 0.2  # seconds between two looks


@contextlib.contextmanager
def turn(
    wait: bool,
    tell: Callable[[str], None],
    left: Callable[[], float],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[bool]:
    """Hold the machine's lock meanwhile; yields whether nobody else measures.

    With `wait` another one is waited for, as long as seconds are `left`. The lock is advisory and
    ends with its process, however that ends; where its file cannot be made there is none.
    """
    try:
        descriptor = os.open(place(), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        yield True
        return
    try:
        alone = _taken(descriptor)
        if not alone:
            tell(
                "Another run of bench measures on this machine: waiting for its end."
                " --no-wait measures beside it."
                if wait
                else "Another run of bench measures on this machine: they disturb each other."
            )
        while wait and not alone and left() > 0:
            sleep(min(_PAUSE, left()))
            alone = _taken(descriptor)
        yield alone
    finally:
        os.close(descriptor)


def place() -> Path:
    """The file of the lock, in the user's runtime folder (XDG) or the one of temporary files."""
    folder = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    usable = folder.is_absolute() and folder.is_dir()
    return (folder if usable else Path(tempfile.gettempdir())) / f"onnx-bench-{os.getuid()}.lock"


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
