"""Whether a file can be read at all, before anybody looks into it."""

import os
from pathlib import Path

from bench.errors import ModelError


def check_file(path: Path, hint: str = "Give the path of an ONNX file.") -> None:
    """Raise ModelError unless `path` is a readable file with something in it."""
    if path.is_dir():
        raise ModelError(f"{path} is a directory, not a file.", hint)
    if path.exists() and not path.is_file():  # a device or pipe, which may never end
        raise ModelError(f"{path} is not a regular file.", hint)
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError as error:
        where = "" if path.is_absolute() else f" in {os.getcwd()}"
        raise ModelError(f"{path} does not exist{where}.", hint) from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", hint) from error
    if empty:
        raise ModelError(f"{path} is empty.", "Export or copy it again.")
