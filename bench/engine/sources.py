"""What a self-test measures with: one digest of the program's own files and of its model."""

import hashlib
from pathlib import Path

import bench

# Rooms that ask, show and share out: no figure and no verdict depends on them, so that a suite of
# hours goes on though a page looks otherwise. Imports point down, so nothing below needs them.
OTHERS = {"__main__", "cli", "commands", "options", "delivery", "documents"}
OTHERS |= {"views", "formats", "fleet", "training"}


def digest(model: Path, package: Path = Path(bench.__file__).parent) -> str:
    """The SHA-256 of all modules of the package that measure or judge, and of the model's file."""
    total = hashlib.sha256(model.read_bytes())
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if name.parts[0].removesuffix(".py") not in OTHERS:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{name.as_posix()} {content}\n".encode())
    return total.hexdigest()
