"""The seconds that a run may take, all of it."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator

from bench.errors import OutOfBudget


class Budget:
    """A promise to end: it begins when it is made, and every wait for a worker is cut to it."""

    def __init__(
        self,
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        spent: float = 0.0,
    ) -> None:
        """`seconds`, of which some are `spent`; None for a run that has all the time it needs."""
        self.clock = clock
        self._seconds = seconds
        self._end = math.inf if seconds is None else clock() + seconds - spent

    def left(self) -> float:
        """Seconds until the end, 0 after it; inf without one."""
        return max(0.0, self._end - self.clock())

    @contextlib.contextmanager
    def part(self, share: float) -> Iterator[None]:
        """Within it the end is nearer: only this share of what is left may be used."""
        end = self._end
        if math.isfinite(end):
            self._end = self.clock() + share * self.left()
        try:
            yield
        finally:
            self._end = end

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Within it the end is at most so many seconds away."""
        end = self._end
        self._end = min(end, self.clock() + seconds)
        try:
            yield
        finally:
            self._end = end

    def exceeded(self) -> OutOfBudget:
        """The error that says what did not fit."""
        return OutOfBudget(f"did not fit into --budget {self._seconds or 0:g}s")
