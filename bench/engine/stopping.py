"""When enough has been measured: looked at between replicates, and never at significance."""

from collections.abc import Sequence

from bench.domain.effort import Effort
from bench.statistics.estimate import Estimate, at_level, relative_half_width


def enough(effort: Effort, replicates: int, ratios: Sequence[Estimate]) -> bool:
    """Whether a run may end after so many complete replicates.

    It ends when every ratio of the table has an interval as narrow as the effort asks for, which
    is independent of whether it excludes 1, or at the effort's limit.
    """
    if replicates < effort.least:
        return False
    return replicates >= effort.most or widest(ratios) <= effort.target_width


def shortfall(effort: Effort, replicates: int, ratios: Sequence[Estimate]) -> str | None:
    """The sentence why a run that ends now reached less than its effort aims at, or None."""
    if replicates < effort.least:
        return (
            f"{effort.least} replicates were aimed at, {replicates} fitted into the budget."
            " Give it more time."
        )
    reached = widest(ratios)
    if effort.fixed or reached <= effort.target_width:
        return None
    return (
        f"intervals within ± {100 * effort.target_width:g} % were aimed at, the widest is"
        f" ± {100 * reached:.2g} % after {replicates} replicates. Measure on a quieter machine"
        + (", or give it more time." if replicates < effort.most else ", or more thoroughly.")
    )


def widest(ratios: Sequence[Estimate]) -> float:
    """The largest relative half-width, all at the level of Bonferroni.

    Holm's levels depend on which ratios are significant, and a run must not end on significance.
    """
    level = 1 - 0.05 / max(1, len(ratios))
    return max((relative_half_width(at_level(ratio, level)) for ratio in ratios), default=0.0)
