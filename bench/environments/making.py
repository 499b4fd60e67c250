"""Environments made once of what was asked for, and kept for the next run."""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.console import messages
from bench.environments.installing import install
from bench.environments.naming import is_wheel
from bench.errors import BenchError, UsageError
from bench.gist import refusal
from bench.host.environment import now
from bench.host.folders import cache_folder
from bench.host.packages import normalised

RECORD = "environment.json"  # written last: an environment without it is not whole
_DIGITS = 12  # of a digest, which name an environment


@dataclass(frozen=True, slots=True)
class Kept:
    """An environment that is kept: what was asked for, which Python, and what it takes in bytes.

    `packages` are versions by name.
    """

    name: str
    requirements: tuple[str, ...]
    python: str
    packages: dict[str, str]
    created: str
    size: int


def made(requirements: Sequence[str]) -> Path:
    """The interpreter of an environment with these packages; made now where none is kept.

    Another process that makes the same one is waited for. Raises UsageError for an option of the
    installer, RuntimeUnavailable with the installer's reason.
    """
    if wrong := next((each for each in requirements if each.startswith("-")), None):
        raise UsageError(f"'{wrong}' is no requirement.", "Write --with NAME==VERSION.")
    folder = environments_folder() / digest(requirements)
    with _lock(folder):
        if not (folder / RECORD).is_file():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that did not end
            messages().print(
                f"making the environment {' '.join(requirements)} …", style="dim", markup=False
            )
            try:
                packages = install(folder, requirements)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            _record(folder, requirements, packages)
    return folder / "bin" / "python"


def digest(requirements: Sequence[str]) -> str:
    """What names the environment: the requirements in any order, and the Python they are for."""
    python = os.path.realpath(sys.executable), platform.python_version()
    asked = [sorted(map(_plain, requirements)), *python]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:_DIGITS]


def kept() -> tuple[Kept, ...]:
    """Every environment that is whole, the latest last; damaged ones are left out."""
    environments = []
    for record in environments_folder().glob(f"*/{RECORD}"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            fields = json.loads(record.read_text(encoding="utf-8"))
            environments.append(
                Kept(
                    record.parent.name,
                    tuple(fields["requirements"]),
                    fields["python"],
                    dict(fields["packages"]),
                    fields["created"],
                    _size(record.parent),
                )
            )
    return tuple(sorted(environments, key=lambda each: (each.created, each.name)))


def remove(name: str) -> None:
    """Remove an environment that is kept. Raises UsageError for a name that there is not."""
    if name not in [each.name for each in kept()]:
        raise UsageError(
            f"There is no environment called '{name}'.", "`bench environments` lists them."
        )
    folder = environments_folder() / name
    with _lock(folder):
        (folder / RECORD).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def environments_folder() -> Path:
    """Where environments are kept."""
    return cache_folder() / "environments"


def _record(folder: Path, requirements: Sequence[str], packages: dict[str, str]) -> None:
    fields = {
        "requirements": list(requirements),
        "python": platform.python_version(),
        "packages": packages,
        "created": now(),
    }
    (folder / f"{RECORD}.new").write_text(json.dumps(fields, indent=1), encoding="utf-8")
    os.replace(folder / f"{RECORD}.new", folder / RECORD)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the environment for this process alone, until it ends at the latest."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        file = open(f"{folder}.lock", "w", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BenchError(
            f"{folder.parent} cannot be written: {refusal(error)}.",
            "Make room there, or choose another folder with XDG_CACHE_HOME.",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            messages().print(
                "another bench makes or removes this environment: waiting for it …", style="dim"
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _plain(requirement: str) -> str:
    """A wheel by where it lies; of another requirement the name as indexes compare it."""
    if is_wheel(requirement):
        return os.path.realpath(requirement)
    ends = next((i for i, c in enumerate(requirement) if not (c.isalnum() or c in "-_.")), None)
    return normalised(requirement[:ends]) + (requirement[ends:] if ends is not None else "")


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink())
