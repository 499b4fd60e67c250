"""A progress bar on standard error, only where that is a terminal."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bench.console import messages, plain

if TYPE_CHECKING:
    from bench.engine import sweep


class ProgressBar:
    """Shows the replicate, what is being done and the time left."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),  # a model's name may hold brackets
            BarColumn(),
            TimeRemainingColumn(),
            console=messages(),
            transient=True,
            disable=not messages().is_terminal,
            # Refreshed by update() alone: a thread of its own would run during timed slots.
            auto_refresh=False,
        )
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(self, progress: "sweep.Progress") -> None:
        """Draw where the sweep is; called between slots, never during one."""
        total = max(progress.least, progress.replicate + 1) * progress.total
        done = progress.replicate * progress.total + progress.done
        doing = plain(progress.doing)
        self._progress.update(
            self._task,
            total=total,
            completed=done,
            description=f"replicate {progress.replicate + 1}: {doing}",
            refresh=True,
        )
