"""What a session costs that starts from what an earlier one compiled."""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.domain import Model, Workload
from bench.host import gpu
from bench.runtimes.onnxruntime import options
from bench.runtimes.onnxruntime.providers import BUILT_IN
from bench.runtimes.onnxruntime.reopening import seconds

if TYPE_CHECKING:
    import onnxruntime

# Opens a session on the file, with provider and session options.
Open = Callable[
    [str, Mapping[str, str], "onnxruntime.SessionOptions"], "onnxruntime.InferenceSession"
]
TIMES = 3


def cached_load(
    open_session: Open, model: Model, provider: str, asked: Mapping[str, str], workload: Workload
) -> float | None:
    """Median seconds of TIMES sessions opened from a cache that one before them wrote.

    Those on a GPU are each opened in a process of its own, whose context is part of the cost as it
    is in the first load.

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
            if model.weights:  # beside the file, where the saved graph would not find them
                first.add_session_config_entry(
                    "session.optimized_model_external_initializers_file_name", "weights.bin"
                )
        else:
            return None
        open_session(model.path, asked, first)
        optimised = first.optimized_model_filepath
        file = optimised or model.path
        if gpu.computes(provider):
            again = partial(seconds, file, provider, asked, workload, bool(optimised))
        else:
            again = partial(_again, open_session, file, asked, workload, bool(optimised))
        return statistics.median(again() for _ in range(TIMES))


def _again(
    open_session: Open, path: str, asked: Mapping[str, str], workload: Workload, optimised: bool
) -> float:
    later = options.session_options(workload)
    if optimised:
        options.leave_as_it_is(later)
    started = time.perf_counter()
    open_session(path, asked, later)
    return time.perf_counter() - started


def _with_blobs(asked: Mapping[str, str], folder: str) -> dict[str, str]:
    config = json.loads(asked["load_config"])
    return {
        **asked,
        "load_config": json.dumps(
            {device: {**properties, "CACHE_DIR": folder} for device, properties in config.items()}
        ),
    }
