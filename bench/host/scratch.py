"""Temporary folders, of which the next process removes what a killed one left."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import BinaryIO

PREFIX = "onnx-bench-"
LOCK = "in-use"  # a file in the folder, locked while the process lives that made it


class Scratch(tempfile.TemporaryDirectory[str]):
    """A temporary folder that outlives its process only until another one makes one, too.

    A lock ends with its process, however that ends, and is seen from other containers, where a
    number of a process means another one. Raises OSError where no folder can be made.
    """

    def __init__(self) -> None:
        sweep(Path(tempfile.gettempdir()))
        super().__init__(prefix=PREFIX, ignore_cleanup_errors=True)
        self._lock = _locked(Path(self.name))

    def cleanup(self) -> None:
        """Remove the folder with all that is in it."""
        super().cleanup()
        self._lock.close()


@cache
def sweep(folder: Path) -> None:
    """Remove from `folder`, once, what processes of this user left in it that are gone."""
    for path in folder.glob(f"{PREFIX}*/{LOCK}"):
        with contextlib.suppress(OSError):  # another one sweeps it, or it is in use
            if path.parent.lstat().st_uid != os.getuid():
                continue
            with path.open("r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path.parent, ignore_errors=True)


def _locked(folder: Path) -> BinaryIO:
    """The file of the lock, which has its name only once it is held: nobody sees it free."""
    file = (folder / f"{LOCK}.new").open("wb")
    with contextlib.suppress(OSError):  # a file system without locks: then it is never swept
        fcntl.flock(file, fcntl.LOCK_EX)
        os.rename(file.name, folder / LOCK)
    return file
