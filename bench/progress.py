"""A progress bar on standard error, only where that is a terminal."""

import math
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from bench.console import messages, plain

if TYPE_CHECKING:
    from bench.engine import sweep

_BAR = 16  # columns; the numbers beside it need the room


class ProgressBar:
    """Shows the replicate, the step, the half-width reached, the time left and the case."""

    def __init__(self) -> None:
        # Names come last: where the terminal is narrow, it is they that are cut.
        name = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        self._progress = Progress(
            BarColumn(_BAR),
            TextColumn("{task.fields[where]}", markup=False),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}", markup=False, table_column=name),
            console=messages(),
            transient=True,
            expand=True,
            disable=not messages().is_terminal,
            # Refreshed by update() alone: a thread of its own would run during timed slots.
            auto_refresh=False,
        )
        self._task = self._progress.add_task("starting", total=None, where="")

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

    def tell(self, sentence: str) -> None:
        """Print something to know that is no part of the result."""
        messages().print(plain(sentence), style="dim", markup=False, soft_wrap=True)

    def update(self, progress: "sweep.Progress") -> None:
        """Draw where the sweep is; called between slots, never during one."""
        replicates = expected_replicates(progress)
        case, _, step = plain(progress.doing).rpartition(": ")
        self._progress.update(
            self._task,
            total=replicates * progress.total,
            completed=progress.replicate * progress.total + progress.done,
            description=case,
            where=f"replicate {progress.replicate + 1}/{replicates}, {step}{_width(progress)}",
            refresh=True,
        )


def counter(timed: bool = False) -> Progress:
    """A bar for steps that are counted; where calls are timed, no thread of its own draws it."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=messages(),
        transient=True,
        disable=not messages().is_terminal,
        auto_refresh=not timed,
    )


def expected_replicates(progress: "sweep.Progress") -> int:
    """How many replicates it will probably take: widths shrink with the root of their number."""
    done, least = progress.replicate, max(progress.least, progress.replicate + 1)
    if progress.width is None or progress.width <= progress.target:
        return least
    if not math.isfinite(progress.width):
        return max(least, min(progress.most, least + 1))
    wanted = math.ceil(done * (progress.width / progress.target) ** 2)
    return max(least, min(progress.most, wanted))


def _width(progress: "sweep.Progress") -> str:
    """The widest half-width reached and the one aimed at, once there is an interval."""
    if progress.width is None or not math.isfinite(progress.width):
        return ""
    aim = "" if progress.least == progress.most else f" (aim {100 * progress.target:g} %)"
    return f", ± {100 * progress.width:.2g} %{aim}"
