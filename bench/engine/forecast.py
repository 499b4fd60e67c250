"""How long a run will take, before anything is known of its models."""

from collections.abc import Sequence

from bench.domain.effort import UNCAPPED, Effort
from bench.engine.budget import Budget
from bench.engine.plan import Planned

# Seconds of a small model's row in a replicate: a process, its warm-up of half a second, its slots.
LEAST = 1.0


def forecast(planned: Sequence[Planned], effort: Effort, budget: Budget) -> str:
    """A sentence on the least that the rows which are to be measured take; "" without any."""
    rows = sum(row.ended is None for row in planned)
    if not rows:
        return ""
    seconds = LEAST * rows * effort.least
    counted = f"{rows} row{'' if rows == 1 else 's'}, {_replicates(effort)}"
    if budget.left() < seconds:
        return f"{counted}: as much as fits into the budget"
    long = f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"
    return f"{counted}: {long} or more, by how slow and unsteady the models are"


def _replicates(effort: Effort) -> str:
    if effort.fixed:
        return f"{effort.least} replicates"
    return (
        f"{effort.least} replicates or more"
        if effort.most == UNCAPPED
        else (f"{effort.least} to {effort.most} replicates")
    )
