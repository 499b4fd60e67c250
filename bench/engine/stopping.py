"""When enough has been measured: looked at between replicates, and never at significance."""

import math
from collections.abc import Sequence

from bench.domain.effort import UNCAPPED, Effort
from bench.statistics.estimate import Estimate, relative_half_width

FAR = 0.1  # share of a ratio's distance from 1, in the logarithm


def enough(effort: Effort, replicates: int, ratios: Sequence[Estimate]) -> bool:
    """Whether a run may end after so many complete replicates.

    It ends when every ratio of the table is settled, or at the effort's limit. The intervals are
    those that hold together: stepwise levels would depend on which ratios are significant.
    """
    if replicates < effort.least:
        return False
    return replicates >= effort.most or all(settled(effort, ratio) for ratio in ratios)


def settled(effort: Effort, ratio: Estimate) -> bool:
    """Whether its interval is as narrow as the effort asks for, whether or not it excludes 1.

    Where the ratio is far from 1 a tenth of the distance is narrow enough: nobody chooses between
    rows of 1 and 3 by the third digit. Such an interval ends ten times its half-width from 1, so
    that this adds no wrong verdicts. A width that somebody typed is meant as it is.
    """
    far = 0.0 if effort.most == UNCAPPED else math.expm1(FAR * abs(math.log(ratio.value)))
    return relative_half_width(ratio) <= max(effort.target_width, far)


def shortfall(effort: Effort, replicates: int, ratios: Sequence[Estimate]) -> str | None:
    """The sentence why a run that ends now reached less than its effort aims at, or None."""
    if replicates < effort.least:
        return (
            f"{effort.least} replicates were aimed at, {replicates} fitted into the budget."
            " Give it more time."
        )
    wide = [ratio for ratio in ratios if not settled(effort, ratio)]
    if effort.fixed or not wide:
        return None
    reached = widest(wide)
    told = f"is ± {100 * reached:.2g} %" if reached < 1 else "tells nothing"
    return (
        f"Intervals within ± {100 * effort.target_width:g} % were aimed at, the widest"
        f" {told} after {replicates} replicates. Measure on a quieter machine"
        + (", or give it more time." if replicates < effort.most else ", or more thoroughly.")
    )


def widest(ratios: Sequence[Estimate]) -> float:
    """The largest relative half-width, 0 without a ratio."""
    return max(map(relative_half_width, ratios), default=0.0)
