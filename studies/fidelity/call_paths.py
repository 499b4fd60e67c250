"""Compares the ways to call onnxruntime from Python, in turns within one process and session.

    python studies/fidelity/call_paths.py [--model max] [--batch 1] [--rounds 100]

Every way is timed by the loop that times all of bench. The first line is the way that bench takes;
the others show what they add to it or save. One session serves all ways, so that the differences
are those of the calls alone; its own speed differs from process to process by more.
"""

import argparse
import functools
import gc
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bench.engine.schedule import opening_calls, rounds, slot_seconds
from bench.engine.timing import slot, warm_up
from bench.models.catalog import locate
from bench.models.feed.dataset import open_dataset
from bench.runtimes.onnxruntime.options import SESSION_CONFIG

Images = NDArray[np.float32]
Ways = Mapping[str, Callable[[], object]]
MICRO = 1e6


def open_session(name: str) -> Any:
    """A session as bench opens it, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    for key, value in SESSION_CONFIG.items():
        options.add_session_config_entry(key, value)
    return onnxruntime.InferenceSession(locate(name), options, providers=["CPUExecutionProvider"])


def bindings(session: Any, images: Images) -> tuple[Any, Any]:
    """Bound input with an output that onnxruntime allocates in each call, or that is kept."""
    (source,), (result,) = session.get_inputs(), session.get_outputs()
    allocated, kept = session.io_binding(), session.io_binding()
    for binding in (allocated, kept):
        binding.bind_cpu_input(source.name, images)
    allocated.bind_output(result.name)
    shape = [len(images), *result.shape[1:]]
    value = onnxruntime.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, "cpu")
    kept.bind_ortvalue_output(result.name, value)
    return allocated, kept


def calls(session: Any, images: Images) -> Ways:
    """Each way by name."""
    allocated, kept = bindings(session, images)
    feed, names = {session.get_inputs()[0].name: images}, [session.get_outputs()[0].name]
    public, raw = session.run_with_iobinding, session._sess.run_with_iobinding
    options, marked = onnxruntime.RunOptions(), onnxruntime.RunOptions()
    marked.add_run_config_entry("gpu_graph_id", "0")  # else the lookup of it raises in each call
    bound, bound_kept = allocated._iobinding, kept._iobinding
    return {
        "_sess, kept run options": functools.partial(raw, bound, options),
        "the same, again": functools.partial(raw, bound, options),
        "partial of run_with_iobinding": functools.partial(public, allocated),
        "closure over run_with_iobinding": lambda: session.run_with_iobinding(allocated),
        "run_with_iobinding, kept run options": functools.partial(public, allocated, options),
        "public, kept options, gpu_graph_id": functools.partial(public, allocated, marked),
        "run_with_iobinding, kept output": functools.partial(public, kept),
        "partial of _sess.run_with_iobinding": functools.partial(raw, bound, None),
        "closure over _sess.run_with_iobinding": lambda: raw(bound, None),
        "_sess, kept output": functools.partial(raw, bound_kept, None),
        "_sess, kept run options and output": functools.partial(raw, bound_kept, options),
        "session.run": lambda: session.run(names, feed),
        "nothing": lambda: None,
    }


def measure(ways: Ways, count: int) -> NDArray[np.float64]:
    """(ways, rounds) of slot medians in seconds."""
    clock = time.perf_counter_ns
    _, median = warm_up(next(iter(ways.values())), clock)
    medians: list[list[float]] = [[] for _ in ways]
    for order in rounds(range(len(ways)), count, seed=1, replicate=0):
        for index in order:
            call = list(ways.values())[index]
            samples = slot(call, slot_seconds(median), opening_calls(median), clock)
            medians[index].append(float(np.median(samples)))
    return np.array(medians)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="max")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=100)
    chosen = parser.parse_args()
    ways = calls(open_session(chosen.model), open_dataset("mnist").batch(0, chosen.batch))
    gc.collect()
    gc.disable()
    medians = measure(ways, chosen.rounds)
    print(f"{chosen.model} at batch {chosen.batch}, p50 in µs, {chosen.rounds} rounds")
    print(f"| {'way':37} |      p50 | to the first | interquartile range of that |")
    print("| --- | ---: | ---: | ---: |")
    for name, row in zip(ways, medians, strict=True):
        low, middle, high = MICRO * np.quantile(row - medians[0], (0.25, 0.5, 0.75))
        spread = f"{low:+.2f} to {high:+.2f}"
        print(f"| {name:37} | {MICRO * np.median(row):8.2f} | {middle:+.2f} | {spread} |")


if __name__ == "__main__":
    main()
