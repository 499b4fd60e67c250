"""Libraries that plug a provider into onnxruntime: of installed packages, and by path."""

import functools
import hashlib
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import OptionError

if TYPE_CHECKING:
    from importlib.metadata import Distribution

# Packages that follow onnxruntime's plug-in guide are named so and export get_library_path().
PLUG_IN_PACKAGE = "onnxruntime-ep-"
# What every such library exports (onnxruntime_ep_c_api.h), and the function of the guide.
EXPORTED, FUNCTION = b"CreateEpFactories", "def get_library_path"
_BEGINNINGS = ("lib", "onnxruntime_providers_", "onnxruntime_ep_")


@functools.cache
def packages() -> Mapping[str, str]:
    """Short names of the installed plug-ins, each with its distribution's name.

    A package with another name is found by its files, and called by its whole name.
    """
    from importlib.metadata import distributions  # it imports much, and few workers ask

    from bench.host.packages import normalised

    names: dict[str, str] = {}
    for installed in distributions():
        name = normalised(installed.name or "")
        if name.startswith(PLUG_IN_PACKAGE) and not _is_empty(installed):
            names.setdefault(name.removeprefix(PLUG_IN_PACKAGE), name)
        elif _has_library(installed):
            names.setdefault(name, name)
    return names


def _is_empty(installed: "Distribution") -> bool:
    """Whether a package has no files but its own description: another, which it requires, has."""
    listed = (installed.read_text("RECORD") or "").splitlines()
    return bool(listed) and all(".dist-info/" in line.partition(",")[0] for line in listed)


def _has_library(installed: "Distribution") -> bool:
    """Whether a package has a library, and a module that says where it is for onnxruntime."""
    try:
        listed = installed.read_text("RECORD") or ""
        if ".so," not in listed:
            return False
        modules = [line.partition(",")[0] for line in listed.splitlines()]
        own = [name for name in modules if name.count("/") == 1 and name.endswith("/__init__.py")]
        return any(FUNCTION in Path(str(installed.locate_file(name))).read_text() for name in own)
    except (OSError, UnicodeDecodeError):  # a broken package is no plug-in
        return False


def name_of(path: str) -> str:
    """What a library given by path is called: `webgpu` of libonnxruntime_providers_webgpu.so."""
    name = Path(path).name.partition(".")[0]
    for beginning in _BEGINNINGS:
        name = name.removeprefix(beginning)
    return name.lower().replace("_", "-")


def is_plug_in(path: str) -> bool:
    """Whether the library exports what a provider must, without loading it."""
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as content:
            return content.find(EXPORTED) >= 0
    except (OSError, ValueError):  # an empty file cannot be mapped
        return False


def check(path: str, digest: str, option: str) -> None:
    """Raise OptionError where the file is not the one that was trusted."""
    try:
        with open(path, "rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise OptionError(
            f"The library {path} cannot be loaded: {error.strerror}.", "Give the library's path."
        ) from error
    if actual != digest:
        raise OptionError(
            f"{path} has changed since it was trusted.",
            f"Check it, then run again with {option} {path}.",
        )
