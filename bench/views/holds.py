"""What holds of a report, in one sentence: who is faster than whom, and by how much."""

import math
from collections.abc import Sequence

from bench.analysis.best import Best, bests
from bench.analysis.comparison import Comparison
from bench.analysis.summary import Summary
from bench.console import plain
from bench.views.names import told_apart
from bench.views.wording import percent, ratio, short_target

MOST_TIED = 3  # rows that a sentence names
TURNS = "Contenders took turns, so the comparison holds"


def holds(summary: Summary) -> list[str]:
    """Of two rows how they compare, of more which is the fastest; nothing where that is unknown.

    Where the machine was disturbed, that is told instead, and no verdict.
    """
    if summary.unsuitable or not summary.comparisons:
        return []
    several = [best for best in bests(summary) if len(best.contenders) > 2]
    if several:
        return [plain(f"{TURNS}. {' '.join(_fastest(summary, best) for best in several)}")]
    batches = {compared.baseline.case.workload.batch for compared in summary.comparisons}
    return [plain(f"{TURNS}: {_pairs(summary.comparisons, len(batches) > 1)}.")]


def _fastest(summary: Summary, best: Best) -> str:
    """The leader and those that cannot be told from it."""
    cases = [summary.rows[index].outcome.case for index in best.contenders]
    targets = {short_target(case) for case in cases}

    def name(index: int) -> str:
        case = summary.rows[index].outcome.case
        return f"{case.model.name} on {short_target(case)}" if len(targets) > 1 else case.model.name

    told = f"The fastest at batch {cases[0].workload.batch} is {name(best.leader)}"
    if not best.tied:
        return f"{told}."
    tied = " or ".join(map(name, best.tied[:MOST_TIED]))
    more = f" or {len(best.tied) - MOST_TIED} more" if len(best.tied) > MOST_TIED else ""
    return f"{told}, or {tied}{more}, which cannot be told from it."


def _pairs(comparisons: Sequence[Comparison], several: bool) -> str:
    """Each comparison after its batch, where there are several."""
    return "; ".join(
        f"{f'at batch {compared.baseline.case.workload.batch} ' if several else ''}"
        f"{finding(compared, *told_apart((compared.baseline, compared.candidate)))}"
        for compared in comparisons
    )


def finding(comparison: Comparison, baseline: str, candidate: str) -> str:
    """What a comparison says, in words, with the ratio of the candidate's time and its interval."""
    estimate, state = comparison.ratio, comparison.state
    if estimate and comparison.between_runs and state == "inconclusive":
        between = f"{ratio(estimate.low)}–{ratio(estimate.high)}"
        advice = comparison.narrower.rstrip(".")
        return f"inconclusive, since two runs differ as much anyway ({between}). {advice}"
    if state == "disturbed" and not (estimate and math.isfinite(estimate.high)):
        return f"no verdict on {candidate} against {baseline}: the machine was disturbed"
    if not estimate or not math.isfinite(estimate.high):
        return f"no verdict on {candidate} against {baseline} is possible from what was measured"
    between = f"{ratio(estimate.low)}–{ratio(estimate.high)}"
    takes = f"{candidate} takes {ratio(estimate.value)} × the time of {baseline}, {between}"
    match state:
        case "faster" | "slower":
            return takes
        case "tiny":
            return f"{takes}: too little to matter"
        case "equivalent":
            return f"{candidate} and {baseline} are equally fast within 1 %, {between}"
        case "no difference detectable":
            effect = percent(comparison.detectable, 1)
            return (
                f"{candidate} and {baseline} cannot be told apart, {between} (a difference of"
                f" {effect} would be found in 80 % of runs)"
            )
        case "disturbed":
            return f"{takes}, but the machine was disturbed: no verdict"
    return f"{takes}: no verdict"
