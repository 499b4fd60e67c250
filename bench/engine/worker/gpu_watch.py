"""What a worker tells of the NVIDIA GPU that it computes on; nothing where it computes on none."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from bench.host import gpu
from bench.host.gpu_clock import GpuClock, Reading, clock_of


class GpuWatch:
    """Made before a session is opened, begun when it says what ran, asked around each slot."""

    def __init__(self, provider: str) -> None:
        self._computes = gpu.computes(provider)
        self._used_before = gpu.used() if self._computes else None
        self._clock: GpuClock | None = None
        self._began: Reading | None = None

    def begin(self, options: Mapping[str, str]) -> None:
        """Find the clock of the device that the session runs on: its `gpu` ends with the UUID."""
        if self._computes:
            self._clock = clock_of(options.get("gpu", "").rpartition(" ")[2])

    def memory(self) -> int | None:
        """Bytes of this process; where it cannot be picked out, what came to be used since loading.

        One worker runs at a time, so that others of this run change nothing meanwhile.
        """
        if self._used_before is None:
            return None
        return gpu.memory_of(os.getpid()) or max(0, (gpu.used() or 0) - self._used_before) or None

    def settle(self, call: Callable[[], object], finish: Callable[[], object]) -> None:
        """Call until the clock is up and steady, or for long enough, and read it."""
        self._began = None
        if self._clock:
            try:
                self._clock.settle(call, finish)
                self._began = self._clock.read()
            except self._clock.refused:  # a slot without a reading: calls go on, or say why not
                pass

    def judge(self) -> dict[str, Any]:
        """What the GPU says after a slot, and why it was disturbed, if it was."""
        if self._clock is None or self._began is None:
            return {}
        try:
            ended = self._clock.read()
        except self._clock.refused:
            return {}
        told: dict[str, Any] = {"gpu": ended.encode()}
        if reason := self._clock.objection(self._began, ended):
            told["disturbed"] = reason
        return told
