"""What holds of a report, in one sentence: who is faster than whom, and by how much."""

from collections.abc import Mapping, Sequence

from bench.analysis.best import Best
from bench.analysis.comparison import Comparison, State
from bench.analysis.summary import Summary
from bench.console import plain
from bench.domain import Case
from bench.statistics.statistic import COUNTED
from bench.views.intervals import is_bounded
from bench.views.names import threads, told_apart
from bench.views.wording import TIMES, percent, ratio, short_target

MOST_TIED = 3  # rows that a sentence names
MOST_TOLD = 3  # findings of a sentence; the table has all
TURNS = "Contenders took turns, so the comparison holds"
NOTHING = "No comparison holds"
NO_FASTEST = "no row can be called the fastest"
_DIFFERS = {"machines": "they are of two machines", "inputs": "they were fed different inputs"}

# What left a ratio without a verdict.
_OPEN: Mapping[State, str] = {
    "disturbed": "the machine was disturbed",
    "too few": "too little was measured",
}


def holds(summary: Summary) -> list[str]:
    """Of two rows how they compare, of more which is the fastest; nothing where nothing is."""
    if not summary.comparisons:
        return []
    nothing = _is_open(summary.comparisons)
    several = [best for best in summary.bests if len(best.contenders) > 2]
    if several:
        said: dict[str, list[Case]] = {}
        for best in several:
            case = summary.rows[best.leader].outcome.case
            told = [each for each in summary.comparisons if _is_among(each, best)]
            text = NO_FASTEST if _is_open(told) else f"the fastest is {_fastest(summary, best)}"
            said.setdefault(text, []).append(case)
        everywhere = [case for cases in said.values() for case in cases]
        texts = [f"{_workloads(cases, everywhere)} {text}" for text, cases in said.items()]
    else:
        cases = [compared.baseline.case for compared in summary.comparisons]
        texts = [
            f"{f'{_workloads([case], cases)} ' if _differ(cases) else ''}"
            f"{finding(compared, *told_apart((compared.baseline, compared.candidate)))}"
            for case, compared in zip(cases, summary.comparisons, strict=True)
        ]
    left = len(texts) - MOST_TOLD
    more = f"; {left} more in the table" if left > 0 else ""
    opening = NOTHING if nothing else TURNS
    return [plain(f"{opening}: {'; '.join(texts[:MOST_TOLD])}{more}.")]


def _is_open(comparisons: Sequence[Comparison]) -> bool:
    return all(compared.verdict == "inconclusive" for compared in comparisons)


def _is_among(compared: Comparison, best: Best) -> bool:
    return {compared.baseline.index, compared.candidate.index} <= {*best.contenders}


def _fastest(summary: Summary, best: Best) -> str:
    """The leader and those that cannot be told from it."""
    targets = {short_target(summary.rows[index].outcome.case) for index in best.contenders}

    def name(index: int) -> str:
        case = summary.rows[index].outcome.case
        return f"{case.model.name} on {short_target(case)}" if len(targets) > 1 else case.model.name

    if not best.tied:
        return name(best.leader)
    tied = " or ".join(map(name, best.tied[:MOST_TIED]))
    more = f" or {len(best.tied) - MOST_TIED} more" if len(best.tied) > MOST_TIED else ""
    return f"{name(best.leader)}, or {tied}{more}, which cannot be told from it"


def _workloads(cases: Sequence[Case], everywhere: Sequence[Case]) -> str:
    """`at batch 1`, `at batch 1, 8`; with threads where they are not the same everywhere."""
    batches = dict.fromkeys(str(case.workload.batch) for case in cases)
    several = len({case.workload.threads for case in everywhere}) > 1
    counts = dict.fromkeys(threads(case) for case in cases)
    by = f" with {' or '.join(counts)}" if several else ""
    return f"at batch {', '.join(batches)}{by}"


def _differ(cases: Sequence[Case]) -> bool:
    """Whether they have more than one workload."""
    return len({(case.workload.batch, case.workload.threads) for case in cases}) > 1


def finding(comparison: Comparison, baseline: str, candidate: str) -> str:
    """What a comparison says, in words, with the ratio of the candidate's time and its interval."""
    estimate, state = comparison.ratio, comparison.state
    if estimate and comparison.between_runs and state == "inconclusive":
        between = f"{ratio(estimate.low)}–{ratio(estimate.high)}"
        advice = comparison.narrower.rstrip(".")
        return f"inconclusive, since two runs differ as much anyway ({between}). {advice}"
    if state == "disturbed" and not (estimate and is_bounded(estimate)):
        return f"no verdict on {candidate} against {baseline}: the machine was disturbed"
    if comparison.differs:
        why = _DIFFERS[comparison.differs]
        return f"no verdict on {candidate} against {baseline}: {why}"
    if not estimate or not is_bounded(estimate):
        return f"no verdict on {candidate} against {baseline} is possible from what was measured"
    between = f"{ratio(estimate.low)}–{ratio(estimate.high)}"
    of = TIMES[comparison.statistic]
    takes = f"{candidate} takes {ratio(estimate.value)} × the {of} of {baseline}, {between}"
    match state:
        case "faster" | "slower":
            return takes
        case "tiny":
            return f"{takes}: too little to matter"
        case "equivalent":
            alike = f"alike in {of}" if comparison.statistic in COUNTED else "equally fast"
            return f"{candidate} and {baseline} are {alike} within 1 %, {between}"
        case "no difference detectable":
            effect = percent(comparison.detectable, 1)
            return (
                f"{candidate} and {baseline} cannot be told apart, {between} (a difference of"
                f" {effect} would be found in 80 % of runs)"
            )
    return f"{takes}{f', but {_OPEN[state]}' if state in _OPEN else ''}: no verdict"
