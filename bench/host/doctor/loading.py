"""Loads shared libraries by name, in a process of its own, which may crash."""

import ctypes
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_DEADLINE = 60.0  # seconds; cuBLAS and cuDNN from a cold disk take a few


def load(names: Sequence[str], folders: Sequence[Path]) -> dict[str, str | None]:
    """Load each library from `folders`, else from where the system's loader looks.

    Returns the loader's reason by name, None for a library that was loaded. After one that takes
    the process down, the others are loaded in a new one.
    """
    if not names:
        return {}
    command = [sys.executable, "-P", "-m", __name__, json.dumps([*map(str, folders)]), *names]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_DEADLINE, check=False
        )
        output, end = ended.stdout, _end(ended.returncode)
    except subprocess.TimeoutExpired as error:
        output, end = (error.stdout or b"").decode(), f"was not loaded in {_DEADLINE:.0f} s"
    reasons: dict[str, str | None] = dict(map(json.loads, output.splitlines()))
    untold = [name for name in names if name not in reasons]
    if untold:  # the first of these crashed the process
        reasons |= {untold[0]: end} | load(untold[1:], folders)
    return reasons


def _end(code: int) -> str:
    if code < 0:
        return f"ended its process by {signal.Signals(-code).name}"
    return f"ended its process with exit {code}"


def main(arguments: Sequence[str]) -> None:
    """Print a JSON line, name and reason, for each library after the list of folders."""
    folders, *names = arguments
    for name in names:
        print(json.dumps([name, _reason(name, json.loads(folders))]), flush=True)


def _reason(name: str, folders: Sequence[str]) -> str | None:
    files = [str(path) for folder in folders if (path := Path(folder) / name).is_file()]
    reason = None
    for place in [*files, name]:
        try:
            ctypes.CDLL(place)
        except OSError as error:
            reason = reason or str(error)
        else:
            return None
    return reason


if __name__ == "__main__":
    main(sys.argv[1:])
