"""Where this user's own data and caches lie (XDG Base Directory Specification)."""

import os
from pathlib import Path


def data_folder() -> Path:
    """`onnx-bench` in the user's data folder; it may not exist yet."""
    return _folder("XDG_DATA_HOME", "~/.local/share")


def cache_folder() -> Path:
    """`onnx-bench` in the user's cache, of which anything may be removed; it may not exist yet."""
    return _folder("XDG_CACHE_HOME", "~/.cache")


def _folder(variable: str, usual: str) -> Path:
    folder = Path(os.environ.get(variable, ""))
    if not folder.is_absolute():  # as the specification wants, also where it is empty
        folder = Path(usual).expanduser()
    return folder / "onnx-bench"
