"""A short profiled run beside the timed session: which provider the kernels' time belongs to."""

import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy

from bench.domain import Kernel, Profile, Timed, Trace

if TYPE_CHECKING:
    import onnxruntime

CALLS = 5
RAISING = 0.1  # seconds of calls after which a GPU's clock is up, about
MICRO = 1e-6  # the trace has whole microseconds
KERNEL = "_kernel_time"
COPIES = ("MemcpyFromHost", "MemcpyToHost")  # nodes that onnxruntime inserts between devices


def profiled(
    open_session: Callable[["onnxruntime.SessionOptions"], "onnxruntime.InferenceSession"],
    options: "onnxruntime.SessionOptions",
    inputs: Mapping[str, numpy.ndarray],
) -> list[dict[str, Any]]:
    """The trace events of CALLS runs after a first one, of a session opened for it."""
    with tempfile.TemporaryDirectory() as folder:
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = open_session(options)
        for _ in range(1 + CALLS):
            session.run(None, inputs)
        text = Path(session.end_profiling()).read_text(encoding="utf-8")
    events: list[dict[str, Any]] = json.loads(text)
    return events


def kernels(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events of kernels without those of the first run, in the order in which they ran."""
    ran = [
        event for event in events if event.get("cat") == "Node" and event["name"].endswith(KERNEL)
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


def traced(
    open_session: Callable[["onnxruntime.SessionOptions"], "onnxruntime.InferenceSession"],
    options: Callable[[], "onnxruntime.SessionOptions"],
    inputs: Mapping[str, numpy.ndarray],
    calls: int,
    timed: Timed,
) -> Trace:
    """Every kernel over `calls` runs of a profiled session, which take turns with a plain one's."""
    taken: dict[str, list[float]] = {"traced": [], "plain": []}
    with tempfile.TemporaryDirectory() as folder:
        profiling = options()
        profiling.enable_profiling = True
        profiling.profile_file_prefix = str(Path(folder) / "profile")
        sessions = {"traced": open_session(profiling), "plain": open_session(options())}
        if timed == "launch":  # a GPU lowered its clock while they were opened
            begun = time.perf_counter()
            while time.perf_counter() - begun < RAISING:
                sessions["plain"].run(None, inputs)
        for _ in range(1 + calls):
            for name, session in sessions.items():
                started = time.perf_counter()
                session.run(None, inputs)
                taken[name].append(time.perf_counter() - started)
        path = Path(sessions["traced"].end_profiling())
        events = json.loads(path.read_text(encoding="utf-8"))
    means = {name: statistics.fmean(times[1:]) for name, times in taken.items()}
    return Trace(kernels_of(events, calls), **means, timed=timed)


def kernels_of(events: Sequence[Mapping[str, Any]], calls: int) -> list[Kernel]:
    """The mean of each kernel over the calls after the first, in the order of their first run."""
    ran = [
        event for event in events if event.get("cat") == "Node" and event["name"].endswith(KERNEL)
    ]
    runs: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for event in ran:  # nodes without names share one, and have indices of their own
        key = event["name"].removesuffix(KERNEL), event["args"].get("node_index", "")
        runs.setdefault(key, []).append(event)
    kernels = []
    for (name, index), each in runs.items():
        # A kernel in a loop runs several times a call; all of its runs are one kernel's.
        times = len(each) // (1 + calls) or 1
        later = each[times:] or each
        arguments = later[0]["args"]
        parameters, *others = (
            times * int(arguments.get(size, 0))
            for size in ("parameter_size", "activation_size", "output_size")
        )
        kernels.append(
            Kernel(
                name,
                arguments.get("op_name", ""),
                arguments.get("provider", ""),
                sum(event["dur"] for event in later) * MICRO / calls,
                parameters + sum(others),
                int(index) if index else None,
                parameters,
            )
        )
    return kernels
