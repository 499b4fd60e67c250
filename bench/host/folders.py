"""Where this user's own data lie (XDG Base Directory Specification)."""

import os
from pathlib import Path


def data_folder() -> Path:
    """`onnx-bench` in the user's data folder; it may not exist yet."""
    folder = Path(os.environ.get("XDG_DATA_HOME", ""))
    if not folder.is_absolute():  # as the specification wants, also where it is empty
        folder = Path("~/.local/share").expanduser()
    return folder / "onnx-bench"
