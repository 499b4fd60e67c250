"""What the judge says, in words: the same of two rows wherever they are judged."""

from collections.abc import Sequence

from bench.analysis.comparison import Comparison
from bench.analysis.judge import Judgement
from bench.console import plain
from bench.errors import AccuracyGateFailed, BenchError, PerformanceGateFailed
from bench.views.names import short, told_apart
from bench.views.wording import TIMES, some

MOST_NAMED = 4  # rows that a reason names; the table has all


def sentence(judgement: Judgement) -> str:
    """What became of all comparisons."""
    limits, rows, worst = judgement.limits, judgement.rows, judgement.worst
    of = f"of {len(rows)} rows" if len(rows) > 1 else "of 1 row"
    judged_by = {judged.comparison.statistic for judged in rows} - {"p50"}
    by = "".join(f" in its {TIMES[statistic]}" for statistic in judged_by)
    slower = f"slower{by} by more than {100 * (limits.slower or 0):g} %"
    dropped = f"lost more than {100 * (limits.drop or 0):g} % accuracy"
    match judgement.ruling:
        case "wrong":
            return f"The outputs of {len(worst)} {of} are wrong."
        case "less accurate":
            lost = max(judged.drop.low for judged in worst if judged.drop)
            return f"{len(worst)} {of} {dropped}; the most is surely {100 * lost:.2f} %."
        case "slower":
            least = max(judged.ratio.low for judged in worst if judged.ratio) - 1
            if len(worst) > 1:
                surely = f"the slowest surely by {100 * least:.1f} %"
                return f"{len(worst)} {of} are {slower}; {surely}."
            name = names(judgement)[rows.index(worst[0])]
            allowed = f"the {100 * (limits.slower or 0):g} % allowed"
            return f"{name} is slower{by} by at least {100 * least:.1f} %, more than {allowed}."
        case "failed":
            return f"{len(worst)} {of} failed in the new report."
        case "inconclusive":
            rest = "; the others pass" if len(worst) < len(rows) else ""
            return f"Inconclusive: {len(worst)} {of} cannot be decided{rest}."
    allowed = " or ".join(
        [
            *([f"is {slower}"] if limits.slower is not None else []),
            *([dropped] if limits.drop is not None else []),
        ]
    )
    return f"Passed: no row {allowed}."


def advice(judgement: Judgement) -> list[str]:
    """A line for each reason, naming rows that have it."""
    told: dict[tuple[str, str], list[str]] = {}
    for judged, name in zip(judgement.rows, names(judgement), strict=True):
        for text in judged.advice:
            told.setdefault((judged.ruling, text), []).append(name)
    return [
        plain(f"{kind}: {some(rows, MOST_NAMED)}: {text}") for (kind, text), rows in told.items()
    ]


def error(judgement: Judgement) -> BenchError | None:
    """The error that closes the gate, with its exit code; None where the gate stays open."""
    said = sentence(judgement)
    match judgement.ruling:
        case "wrong":
            return AccuracyGateFailed(said, "See which, and why: bench report REPORT.")
        case "less accurate":
            return AccuracyGateFailed(said, "See what changed, or raise --max-accuracy-drop.")
        case "slower":
            return PerformanceGateFailed(said, "See what changed, or raise --fail-if-slower.")
        case "failed":
            return BenchError(said, "See which, and why: bench report REPORT.")
    return None


def names(judgement: Judgement) -> list[str]:
    """A short name for each row: how it is run is in those that would be alike without."""
    return row_names([judged.comparison for judged in judgement.rows])


def row_names(comparisons: Sequence[Comparison]) -> list[str]:
    """The name of each candidate; of two that took turns, also what it is against."""
    candidates = told_apart([compared.candidate for compared in comparisons], short)
    return [
        plain(f"{name}{_against(compared)}")
        for name, compared in zip(candidates, comparisons, strict=True)
    ]


def _against(comparison: Comparison) -> str:
    if comparison.kind != "turns":
        return ""
    return f" against {told_apart((comparison.baseline, comparison.candidate))[0]}"
