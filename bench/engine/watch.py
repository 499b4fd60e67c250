"""Who follows a measurement, and what is told to them."""

from types import TracebackType
from typing import Protocol, Self

from bench.analysis.summary import Summary
from bench.engine.sweep import Progress


class Listener(Protocol):
    """Whoever hears of something that lasts; entered when it begins, left when it ends."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def tell(self, sentence: str) -> None:
        """Something to know that is no part of the result."""


class Watch(Listener, Protocol):
    """Whoever follows a measurement."""

    def update(self, progress: Progress) -> None:
        """Where the sweep is; called between slots, never during one."""

    def show(self, summary: Summary) -> None:
        """What is known after each replicate; Ctrl-C would leave this."""


class Unwatched:
    """Follows a measurement without a word."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was opened."""

    def tell(self, sentence: str) -> None:
        """Nobody listens."""

    def update(self, progress: Progress) -> None:
        """Nobody looks."""

    def show(self, summary: Summary) -> None:
        """Nobody looks."""
