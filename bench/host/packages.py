"""Which installed packages can run a model, or change how one runs."""

import re
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, EntryPoint, distributions

from bench.registry import registered as registered_under

RUNTIMES = "bench.runtimes"  # the entry-point group of third parties
# Those that are always told come first, in this order.
USUAL = (
    "onnx-bench",
    "onnxruntime",
    "onnxruntime-gpu",
    "onnx",
    "numpy",
    "torch",
    "openvino",
    "tract",
    "opencv-python-headless",
    "opencv-python",
)
# onnxruntime's other builds, the providers that plug into it, and libraries of its operators.
FAMILY = ("onnxruntime-", "ort-")


def packages(
    installed: Callable[[], Iterable[Distribution]] = distributions,
    registered: Callable[[], Iterable[EntryPoint]] = lambda: registered_under(RUNTIMES),
) -> dict[str, str]:
    """The versions by name: replicates of one report must share them all."""
    owners = {normalised(point.dist.name or "") for point in registered() if point.dist}
    versions: dict[str, str] = {}
    for distribution in installed():
        name = normalised(distribution.name or "")
        if name in USUAL or name in owners or is_of_onnxruntime(name):
            versions.setdefault(name, distribution.version)  # the first is the one imported
    usual = [name for name in USUAL if name in versions]
    return {name: versions[name] for name in (*usual, *sorted(set(versions) - set(usual)))}


def is_of_onnxruntime(name: str) -> bool:
    """Whether a normalised name is that of a build of onnxruntime, or of a package for it."""
    return name == "onnxruntime" or name.startswith(FAMILY)


def normalised(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
