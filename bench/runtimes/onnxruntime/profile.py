"""A short profiled run beside the timed session: which provider the kernels' time belongs to."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy

from bench.domain import Profile

if TYPE_CHECKING:
    import onnxruntime

CALLS = 5
MICRO = 1e-6  # the trace has whole microseconds
COPIES = ("MemcpyFromHost", "MemcpyToHost")  # nodes that onnxruntime inserts between devices


def profiled(
    open_session: Callable[["onnxruntime.SessionOptions"], "onnxruntime.InferenceSession"],
    options: "onnxruntime.SessionOptions",
    inputs: Mapping[str, numpy.ndarray],
) -> list[dict[str, Any]]:
    """The trace events of CALLS runs after a first one, whose session is opened anew."""
    with tempfile.TemporaryDirectory() as folder:
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = open_session(options)
        for _ in range(1 + CALLS):
            session.run(None, inputs)
        return json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))


def kernels(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events of kernels without those of the first run, in the order in which they ran."""
    ran = [
        event
        for event in events
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time")
    ]
    each = len(ran) // (1 + CALLS)
    return ran[each:]


def read(events: Sequence[Mapping[str, Any]]) -> Profile:
    """Shares of the kernels' time by provider, kernels and copies a call, seconds by operator."""
    ran = kernels(events)
    taken: Counter[str] = Counter()
    operators: Counter[str] = Counter()
    for event in ran:
        taken[event["args"].get("provider", "")] += event["dur"]
        operators[event["args"].get("op_name", "")] += event["dur"]
    total = sum(taken.values()) or 1
    return Profile(
        kernel_time={name: time / total for name, time in taken.items()},
        kernels=len(ran) // CALLS,
        copies=sum(event["args"].get("op_name") in COPIES for event in ran) // CALLS,
        operators={name: time * MICRO / CALLS for name, time in operators.items()},
    )
