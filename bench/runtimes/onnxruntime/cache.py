"""What a session costs that starts from what an earlier one compiled."""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.domain import Workload
from bench.runtimes.onnxruntime import options
from bench.runtimes.onnxruntime.providers import BUILT_IN

if TYPE_CHECKING:
    import onnxruntime

# Opens a session on the file, with provider and session options.
Open = Callable[
    [str, Mapping[str, str], "onnxruntime.SessionOptions"], "onnxruntime.InferenceSession"
]
TIMES = 3


def cached_load(
    open_session: Open, path: str, provider: str, asked: Mapping[str, str], workload: Workload
) -> float | None:
    """Median seconds of TIMES sessions opened from a cache that one before them wrote.

    TensorRT keeps its engines, OpenVINO its blobs; the cpu and cuda providers open the graph that
    was saved when it had been optimised. None for other plug-ins, which have no known cache.
    """
    with TemporaryDirectory() as folder:
        first = options.session_options(workload)
        if provider == "openvino":
            asked = _with_blobs(asked, folder)
        elif provider == "tensorrt":
            asked = {**asked, "trt_engine_cache_enable": "True", "trt_engine_cache_path": folder}
        elif provider in BUILT_IN:
            first.optimized_model_filepath = str(Path(folder) / "optimised.onnx")
        else:
            return None
        open_session(path, asked, first)
        optimised = first.optimized_model_filepath
        taken = []
        for _ in range(TIMES):
            later = options.session_options(workload)
            if optimised:
                later.graph_optimization_level = _level_of_none()
            started = time.perf_counter()
            open_session(optimised or path, asked, later)
            taken.append(time.perf_counter() - started)
        return statistics.median(taken)


def _with_blobs(asked: Mapping[str, str], folder: str) -> dict[str, str]:
    config = json.loads(asked["load_config"])
    return {
        **asked,
        "load_config": json.dumps(
            {device: {**properties, "CACHE_DIR": folder} for device, properties in config.items()}
        ),
    }


def _level_of_none() -> "onnxruntime.GraphOptimizationLevel":
    import onnxruntime

    return onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
