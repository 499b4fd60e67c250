"""Small text files and folders of the kernel, empty where there are none."""

from collections.abc import Callable
from pathlib import Path

Read = Callable[[str], str]
Listed = Callable[[str], list[str]]


def read(path: str) -> str:
    """The text of a file, or "" when it is absent or not to be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def listed(path: str) -> list[str]:
    """The sorted names in a folder, or none when it is absent or not to be read."""
    try:
        return sorted(entry.name for entry in Path(path).iterdir())
    except OSError:
        return []
