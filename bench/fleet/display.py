"""How far a fleet is, on standard error: its nodes live on a terminal, else a line a minute."""

import time
from collections.abc import Callable

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.console import messages, plain
from bench.fleet.driver import FleetStanding, Seat
from bench.progress import Display

PACE = 0.2  # seconds between two drawings


class FleetDisplay(Display):
    """What each node measures and since when, and how many shards are done of how many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._drawn = -PACE

    def show(self, standing: FleetStanding) -> None:
        """Draw where the fleet is, or on a pipe print it once a minute."""
        now = self._clock()
        if not self._live.is_started:
            self._tell_after_silence(counted(standing))
        elif now - self._drawn >= PACE:
            self._drawn = now
            self._live.update(self._drawing(standing), refresh=True)

    def _drawing(self, standing: FleetStanding) -> Group:
        """As many nodes as the terminal has lines for, and what is done."""
        table = Table.grid(padding=(0, 2), expand=True)
        for _ in range(3):
            table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, ratio=1, overflow="ellipsis")
        room = max(1, messages().size.height - 3)
        for seat in standing.seats[:room]:
            table.add_row(*(Text(plain(cell)) for cell in _cells(seat, self._clock())))
        more = len(standing.seats) - room
        left_out = [Text(f"and {more} more")] if more > 0 else []
        return Group(table, *left_out, Text(counted(standing)))


def counted(standing: FleetStanding) -> str:
    """How many shards are done, on how many nodes."""
    nodes = sum(seat.usable for seat in standing.seats)
    ended = f", {standing.ended} cannot be measured" if standing.ended else ""
    return (
        f"{standing.done} of {standing.total} shards are done{ended};"
        f" {nodes} node{'' if nodes == 1 else 's'}"
    )


def _cells(seat: Seat, now: float) -> tuple[str, str, str, str]:
    """The node, its shard, the seconds since it has it, and what it does."""
    if seat.unfit:
        return seat.node.host, "left out", "", seat.unfit
    if seat.silent:
        return seat.node.host, "silent", f"{now - seat.heard:.0f} s", "its shard was given back"
    if seat.shard is None:
        return seat.node.host, "free", "", ""
    shard = seat.shard
    return seat.node.host, f"{shard.number}/{shard.of}", f"{now - seat.since:.0f} s", seat.doing
