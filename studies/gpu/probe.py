"""Clocks after idle gaps, what NVML costs, TF32, boundaries and memory of a GPU, as one JSON file.

    python studies/gpu/probe.py FILE.json [--gaps 0,0.005,0.05,0.2,1,3]

The file is written again after each figure, so that what a limit cuts short is kept.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bench.domain import Model, Workload
from bench.engine.survey import described
from bench.host import gpu
from bench.host.cards import cards
from bench.host.environment import environment, now
from bench.host.gpu_clock import GpuClock, clock_of
from bench.models.feed.dataset import open_dataset
from bench.runtimes.onnxruntime import plugin

BATCHES = (1, 512, 4096)
# Ends of windows after the first call of a burst, in seconds: when is the clock up?
WINDOWS = (0.0, 0.005, 0.02, 0.05, 0.15, 0.4)
WARM, BURST, READINGS = 0.5, 0.4, 20


class Probe:
    """The figures so far, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._figures: dict[str, Any] = {"created": now(), "environment": environment()}

    def add(self, name: str, figure: object) -> None:
        """A figure more, on the disk before the next is asked for."""
        self._figures[name] = figure
        self._path.write_text(json.dumps(self._figures, indent=1) + "\n", encoding="utf-8")
        print(f"{name}: {json.dumps(figure)}", flush=True)


def burst(call: Callable[[], object], finish: Callable[[], object], seconds: float) -> Any:
    """Median seconds of the calls in each window since the first."""
    taken: list[tuple[float, float]] = []
    begun = time.perf_counter()
    while (before := time.perf_counter()) - begun < seconds:
        call()
        taken.append((before - begun, time.perf_counter() - before))
        finish()
    medians = {}
    for low, high in pairwise(WINDOWS):
        if inside := [each for since, each in taken if low <= since < high]:
            medians[f"{low:g}-{high:g}"] = statistics.median(inside)
    return medians


class Opened:
    """The network `max` on CUDA with a batch of test images."""

    def __init__(self, model: Model, batch: int, boundary: Any, **options: str) -> None:
        workload = Workload(batch, 1, boundary, options=options)
        started = time.perf_counter()
        self.session = plugin.open(model, "cuda", workload)
        self.load = time.perf_counter() - started
        images = open_dataset("mnist").batch(0, batch)
        self.call = self.session.bind({model.inputs[0].name: images})
        self.call()

    def burst(self, seconds: float) -> Any:
        """Of this session's calls."""
        return burst(self.call, self.session.finish, seconds)


def after_gaps(opened: Opened, clock: GpuClock | None, gaps: Sequence[float]) -> Any:
    """The clock before and after a burst that follows so many idle seconds, and its calls."""
    opened.burst(WARM)
    told: dict[str, Any] = {"steady": opened.burst(BURST)}
    for gap in gaps:
        time.sleep(gap)
        before = clock.read().encode() if clock else None
        calls = opened.burst(BURST)
        after = clock.read().encode() if clock else None
        told[f"{gap:g}"] = {"before": before, "after": after, "calls": calls}
    return told


def cost_of(clock: GpuClock) -> float:
    """Seconds of a reading."""
    started = time.perf_counter()
    for _ in range(READINGS):
        clock.read()
    return (time.perf_counter() - started) / READINGS


def main() -> None:
    """The figures in their order, most telling first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--gaps", default="0,0.005,0.05,0.2,1,3", help="idle seconds")
    asked = parser.parse_args()
    probe, gaps = Probe(asked.file), [float(gap) for gap in asked.gaps.split(",")]
    probe.add("cards", dict(cards()))
    clock = clock_of(cards()["devices"][0]["uuid"])
    if clock:
        probe.add("idle clock", clock.read().encode())
        probe.add("seconds of a reading", cost_of(clock))
    before = gpu.used()
    probe.add("onnxruntime", plugin.load())
    model = described("max")
    for batch in BATCHES:
        opened = Opened(model, batch, "device")
        ran = opened.session.ran()
        told = {"load": opened.load, "options": dict(ran.options), "placed": dict(ran.providers)}
        probe.add(f"batch {batch}", {**told, "gaps": after_gaps(opened, clock, gaps)})
        probe.add(f"parts of batch {batch}", dict(opened.session.parts()))
    held = {"of this process": gpu.memory_of(os.getpid()), "before": before, "after": gpu.used()}
    probe.add("memory", held)
    expected = np.load(Path(model.path).with_suffix(".outputs.npy"))[: BATCHES[-1]]
    for tf32 in ("0", "1"):
        opened = Opened(model, BATCHES[-1], "device", use_tf32=tf32)
        difference = float(abs(np.asarray(opened.session.outputs()[0]) - expected).max())
        opened.burst(WARM)
        probe.add(f"use_tf32={tf32}", {"max_abs_diff": difference, "calls": opened.burst(BURST)})
    for boundary in ("submit", "device", "host"):
        opened = Opened(model, BATCHES[1], boundary)
        opened.burst(WARM)
        probe.add(f"boundary {boundary}", opened.burst(BURST))


if __name__ == "__main__":
    main()
