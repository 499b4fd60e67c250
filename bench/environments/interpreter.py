"""Which interpreter an environment means, and whether a worker can run in it."""

import functools
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.environments.making import made
from bench.environments.naming import is_path
from bench.errors import RuntimeUnavailable
from bench.gist import refusal

OLDEST = (3, 11)  # of Python, that our worker is written for
_SECONDS = 60.0
_PROBE = """
import importlib.util, json, sys
has_numpy = bool(importlib.util.find_spec("numpy"))
print(json.dumps([list(sys.version_info[:3]), has_numpy, sys.path]))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python in which a worker can run, and the folders of its packages."""

    path: Path
    version: str
    sites: tuple[str, ...]


@functools.cache
def interpreter(environment: str) -> Interpreter:
    """The interpreter that `environment` means, which is made where there is none yet.

    Raises RuntimeUnavailable where it cannot be made or no worker can run in it.
    """
    if is_path(environment):
        return examined(Path(environment))
    return examined(made(tuple(environment.split())))


def examined(path: Path) -> Interpreter:
    """Raise RuntimeUnavailable unless the Python at `path` starts, is new enough and has numpy."""
    try:
        # -I: neither the current folder nor PYTHONPATH counts, which are those of our Python.
        ended = subprocess.run(
            [str(path), "-I", "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        version, has_numpy, sites = json.loads(ended.stdout)
    except OSError as error:
        raise _unusable(path, refusal(error)) from error
    except (subprocess.TimeoutExpired, ValueError, TypeError) as error:
        raise _unusable(path, "it does not answer as a Python does") from error
    said = ".".join(map(str, version))
    if tuple(version[:2]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise _unusable(path, f"it is Python {said}, and a worker needs {oldest} or newer")
    if not has_numpy:
        raise RuntimeUnavailable(
            f"The interpreter {path} has no numpy, which a worker needs.",
            f"Install it there: {path} -m pip install numpy",
        )
    return Interpreter(path, said, tuple(sites))


def _unusable(path: Path, why: str) -> RuntimeUnavailable:
    return RuntimeUnavailable(
        f"The interpreter {path} cannot be used: {why}.", "Give the path of another Python."
    )
