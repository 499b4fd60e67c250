"""What a process has loaded, and what it inherited that changes how a model runs."""

import functools
import hashlib
import os
import platform
import sys
from collections.abc import Mapping

from bench.host.files import Read, read
from bench.host.silence import SILENT

# Settings of onnxruntime, OpenMP, MKL and the loader that a shell may have left behind.
_PREFIXES = ("ORT_", "OMP_", "KMP_", "GOMP_", "MKL_", "OPENBLAS_", "LD_PRELOAD")


def loaded() -> dict[str, object]:
    """Python, versions of packages, libraries with their paths, and inherited settings, by name."""
    from bench.host.packages import packages  # one replicate asks, and it imports much

    return {
        "python": platform.python_version(),
        "packages": packages(),
        "libraries": {shared_name(path): path for path in libraries()},
        "inherited": inherited(),
    }


def libraries(files: Read = read) -> list[str]:
    """The files that are mapped as code into this process, in order (proc_pid_maps(5))."""
    lines = (line.split(maxsplit=5) for line in files("/proc/self/maps").splitlines())
    paths = {parts[5] for parts in lines if len(parts) == 6 and "x" in parts[1]}
    return sorted(path for path in paths if path.startswith("/"))


def shared_name(path: str, places: Mapping[str, str] | None = None) -> str:
    """What a library is called in a report, which is shown to others.

    Its path, in which the environment, Python and the user's home stand for where they lie: by
    default those of this process.
    """
    if places is None:
        places = {
            "environment": sys.prefix,
            "python": sys.base_prefix,
            "~": os.path.expanduser("~"),
        }
    for name, place in places.items():
        begins = os.path.realpath(place) + "/"
        if path.startswith(begins) and begins != "//":
            return f"{name}/{path.removeprefix(begins)}"
    return path


def inherited(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment variables that change how models run; not what we set ourselves."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if name.startswith(_PREFIXES) and SILENT.get(name) != value
    }


def digests(paths: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 by name; "" for a file that cannot be read, or is gone since it was mapped."""
    return {name: _digest(path) for name, path in paths.items()}


def _digest(path: str) -> str:
    try:
        status = os.stat(path)
        return _of_file(path, status.st_ino, status.st_size, status.st_mtime_ns)
    except OSError:
        return ""


@functools.cache  # the rows of a report share most libraries, and those of CUDA have gigabytes
def _of_file(path: str, inode: int, size: int, time: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
