"""Which libraries of CUDA this process has loaded, and which GPU it works on."""

import contextlib
import ctypes
import os
from collections.abc import Callable, Mapping
from typing import Any

from bench.host.cards import device, written
from bench.host.files import Read, read
from bench.host.loaded import libraries

Load = Callable[[str], Any]


def loaded(number: int, files: Read = read, load: Load = ctypes.CDLL) -> dict[str, str]:
    """Versions by name, with the `gpu` of that number; what is not loaded or not told is left out.

    Asked of the libraries themselves: they may be the system's, of which no package knows.
    """
    paths = {os.path.basename(path).partition(".so")[0]: path for path in libraries(files)}
    told: dict[str, str] = {}
    for library, (name, ask) in _ASKED.items():
        if library in paths:
            with contextlib.suppress(OSError, AttributeError):  # a library without that function
                told[name] = ask(load(paths[library]))
    if "libcuda" in paths:
        with contextlib.suppress(OSError, AttributeError):
            card = device(load(paths["libcuda"]), number)
            told["gpu"] = f"{card['name']} {card['uuid']}"
    return told


def _cudart(library: Any) -> str:
    version = written(library.cudaRuntimeGetVersion)  # 1000 × major + 10 × minor
    return f"{version // 1000}.{version % 1000 // 10}"


def _cublas(library: Any) -> str:
    # libraryPropertyType of library_types.h: major, minor, patch.
    # Its first argument says which part; the answer goes through the second.
    parts = [
        written(lambda answer, it: library.cublasGetProperty(it, answer), it) for it in range(3)
    ]
    return ".".join(map(str, parts))


def _cudnn(library: Any) -> str:
    return _of_hundreds(library.cudnnGetVersion())


def _tensorrt(library: Any) -> str:
    return _of_hundreds(library.getInferLibVersion())


def _of_hundreds(version: int) -> str:
    """10000 × major + 100 × minor + patch, as cuDNN 9 and TensorRT 10 count."""
    return f"{version // 10_000}.{version // 100 % 100}.{version % 100}"


_ASKED: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "libcudart": ("cuda", _cudart),
    "libcublas": ("cublas", _cublas),
    "libcudnn": ("cudnn", _cudnn),
    "libnvinfer": ("tensorrt", _tensorrt),
}
