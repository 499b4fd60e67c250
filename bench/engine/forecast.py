"""How long a run will take, before anything is known of its models."""

from collections.abc import Sequence

from bench.domain.effort import LEAST_ROUNDS, UNCAPPED, Effort
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.schedule import LEAST_SLOT
from bench.engine.timing import WARM_UP_SECONDS

# Seconds of a row in a replicate, however fast machine and model are: starting its process comes
# on top, which nobody knows before.
LEAST = WARM_UP_SECONDS + LEAST_ROUNDS * LEAST_SLOT


def least_seconds(rows: int, effort: Effort) -> float:
    """The least that so many rows take together."""
    return round(LEAST * rows * effort.least, 9)  # whole nanoseconds, as samples have


def forecast(planned: Sequence[Planned], effort: Effort, budget: Budget) -> str:
    """A sentence on the least that the rows which are to be measured take; "" without any."""
    rows = sum(row.ended is None for row in planned)
    if not rows:
        return ""
    seconds = least_seconds(rows, effort)
    counted = f"{rows} row{'' if rows == 1 else 's'}, {_replicates(effort)}"
    if budget.left() < seconds:
        return f"{counted}: as much as fits into the budget"
    return f"{counted}: {_long(seconds)} or more, by how slow and unsteady the models are"


def _long(seconds: float) -> str:
    if seconds < 5:
        return "a few seconds"
    return f"{int(seconds)} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"


def _replicates(effort: Effort) -> str:
    if effort.fixed:
        return f"{effort.least} replicate{'' if effort.least == 1 else 's'}"
    return (
        f"{effort.least} replicates or more"
        if effort.most == UNCAPPED
        else (f"{effort.least} to {effort.most} replicates")
    )
