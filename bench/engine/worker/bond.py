"""Ties a worker to its parent's life; imported before anything that takes time."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tie(parent: int) -> None:
    """Let the system end this process with its `parent`, whatever it is doing: Linux alone can.

    SIGKILL reaches an import and native code too, where nobody reads the pipe that closes. A parent
    that is gone already has left this process to another one.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
