"""TensorRT's own libraries, and the shapes for which it builds its engines."""

import contextlib
import ctypes
import functools
import importlib.util
import re
from pathlib import Path

from bench.domain import Model, Workload
from bench.models.feed.dimensions import sizes

PACKAGE = "tensorrt_libs"  # in which tensorrt-cu13-libs puts them
# In the order in which each needs those before it.
LIBRARIES = ("libnvinfer", "libnvinfer_plugin", "libnvonnxparser")
PROFILE = ("trt_profile_min_shapes", "trt_profile_opt_shapes", "trt_profile_max_shapes")


@functools.cache
def preload() -> None:
    """Load TensorRT from its Python package, where the system's loader does not look.

    onnxruntime's `preload_dlls` knows CUDA and cuDNN alone. What does not load is told by the
    library that needs it.
    """
    for folder in _folders():
        for name in LIBRARIES:
            for path in sorted(folder.glob(f"{name}.so.*")):
                with contextlib.suppress(OSError):
                    ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)


def package(missing: str) -> str:
    """What brings TensorRT of the major version that `missing`, a library's name, says."""
    major = re.search(r"libnv\w+\.so\.(\d+)", missing)
    return f"tensorrt-cu13<{int(major[1]) + 1 if major else 11}"


def profile(model: Model, workload: Workload) -> dict[str, str]:
    """Options by which an engine is built when the session is opened, not by its first call.

    The shapes are those of the workload. Empty for a model whose inputs have fixed shapes.
    """
    if not any(isinstance(dim, str) for tensor in model.inputs for dim in tensor.shape):
        return {}
    known = sizes(model, workload.batch, workload.dims)
    shapes = ",".join(
        f"{tensor.name}:{'x'.join(str(known.get(str(dim), dim)) for dim in tensor.shape)}"
        for tensor in model.inputs
        if tensor.shape
    )
    return dict.fromkeys(PROFILE, shapes)


def _folders() -> list[Path]:
    spec = importlib.util.find_spec(PACKAGE)
    return [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
