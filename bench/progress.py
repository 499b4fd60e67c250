"""How far a run is, on standard error: live on a terminal, else a line now and then."""

import math
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text

from bench.console import messages, plain

if TYPE_CHECKING:
    from bench.analysis.summary import Summary
    from bench.engine import sweep

_BAR = 16  # columns; the numbers beside it need the room
PACE = 0.1  # seconds between two drawings: one for each slot would take as long as the slots
SILENCE = 60.0  # seconds after which a log gets a line
LONG = 60.0  # seconds; a run that takes longer says so


class Display:
    """What is drawn on a terminal while something lasts; elsewhere a line now and then."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said = clock()
        # Refreshed by its owner alone: a thread of its own would run during timed slots.
        self._live = Live(console=messages(), auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        if messages().is_interactive:  # TERM=dumb is none that can be drawn on
            self._live.start(refresh=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def tell(self, sentence: str) -> None:
        """Print something to know that is no part of the result."""
        self._said = self._clock()
        messages().print(plain(sentence), style="dim", markup=False, soft_wrap=True)

    def _tell_after_silence(self, sentence: str) -> None:
        """Print where it is, once nothing was printed for long."""
        if self._clock() - self._said >= SILENCE:
            self.tell(sentence)


class ProgressBar(Display):
    """Shows the replicate, the step, the half-width reached, the time left and the case.

    On a terminal `draw`, given a width, draws below it what is known so far.
    """

    def __init__(
        self,
        draw: "Callable[[Summary, int], str] | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self._draw = draw
        self._forecast = False
        self._drawn = -math.inf
        self._shown = Text()
        # Names come last: where the terminal is narrow, it is they that are cut.
        name = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        self._progress = Progress(
            BarColumn(_BAR),
            TextColumn("{task.fields[where]}", markup=False),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}", markup=False, table_column=name),
            console=messages(),
            expand=True,
        )
        self._task = self._progress.add_task("starting", total=None, where="")
        self._live.update(self._drawing())

    def update(self, progress: "sweep.Progress") -> None:
        """Draw where the sweep is; called between slots, never during one."""
        self._tell_forecast(progress)
        replicates = expected_replicates(progress)
        case, _, step = plain(progress.doing).rpartition(": ")
        where = f"replicate {progress.replicate + 1}/{replicates}, {step}{_width(progress)}"
        if not self._live.is_started:
            self._tell_after_silence(f"{where}, {case}")
            return
        self._progress.update(
            self._task,
            total=replicates * progress.total,
            completed=progress.replicate * progress.total + progress.done,
            description=case,
            where=where,
        )
        if self._clock() - self._drawn >= PACE:
            self._drawn = self._clock()
            self._live.update(self._drawing(), refresh=True)

    def show(self, summary: "Summary") -> None:
        """Draw what is known so far, as much as the terminal has lines for."""
        if self._draw and self._live.is_started:
            size = messages().size
            lines = self._draw(summary, size.width).splitlines()
            self._shown = Text.from_ansi("\n".join(lines[: max(0, size.height - 3)]))
            self._live.update(self._drawing(), refresh=True)

    def _drawing(self) -> Group:
        return Group(self._progress, Text(), self._shown)

    def _tell_forecast(self, progress: "sweep.Progress") -> None:
        """Once, after the first replicate: how long it will take, where that is long."""
        if self._forecast or progress.seconds is None:
            return
        self._forecast = True
        replicates = expected_replicates(progress)
        seconds = (replicates - progress.replicate) * progress.seconds
        if LONG < seconds < progress.left:
            self.tell(
                f"about {duration(seconds)} to go: {replicates} replicates of"
                f" {max(1, progress.seconds):.0f} s. Ctrl-C ends it and keeps what there is."
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
        disable=not messages().is_interactive,
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
    if progress.width > 1:  # of few and unsteady replicates it may be any power of ten
        return f", beyond ± 100 %{aim}"
    return f", ± {100 * progress.width:.2g} %{aim}"


def duration(seconds: float) -> str:
    """Seconds as whole minutes, or hours with a half."""
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"{round(minutes / 30) / 2:g} hours"
