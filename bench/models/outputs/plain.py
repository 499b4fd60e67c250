"""A model on onnxruntime's plain CPU kernels, which other answers are held against."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bench.host import topology

if TYPE_CHECKING:
    import onnxruntime


def plain_session(
    model: Path | bytes, rewrites: Literal["none", "all"] = "none"
) -> "onnxruntime.InferenceSession":
    """A session on the CPU provider, which prints nothing: of a file, or of a serialised model.

    Without `rewrites` the very operators of the file are run, and not what onnxruntime makes of
    them; with `all` of them many items take less time. Raises what onnxruntime raises.
    """
    import onnxruntime

    levels = onnxruntime.GraphOptimizationLevel
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Its own choice is a thread for each core of the machine: in a worker that may use one CPU they
    # wait for each other there.
    options.intra_op_num_threads = len(topology.cores(topology.usable()))
    options.graph_optimization_level = (
        levels.ORT_DISABLE_ALL if rewrites == "none" else levels.ORT_ENABLE_ALL
    )
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
