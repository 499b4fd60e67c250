"""After how many calls a target that starts slower but runs faster has overtaken another."""

from dataclasses import dataclass

from bench.analysis.comparison import Contender
from bench.analysis.summary import Summary
from bench.domain import Case


@dataclass(frozen=True, slots=True)
class BreakEven:
    """`slower` is ready later by `seconds`, and overtakes `faster` after `calls` calls."""

    slower: Case
    faster: Case
    seconds: float
    calls: int


def break_evens(summary: Summary) -> tuple[BreakEven, ...]:
    """One for each pair of targets whose order at the start is not that of the verdict.

    A start is import, load and first call, as medians over the replicates.
    """
    overtaken = []
    for comparison in summary.comparisons:
        ahead, behind = comparison.baseline, comparison.candidate
        if (
            comparison.verdict not in ("faster", "slower")
            or ahead.case.target == behind.case.target
        ):
            continue
        if comparison.verdict == "faster":  # ahead is the one that runs faster
            ahead, behind = behind, ahead
        late = _start(ahead) - _start(behind)
        if late > 0:
            calls = round(late / (_seconds(behind) - _seconds(ahead)))
            overtaken.append(BreakEven(ahead.case, behind.case, late, calls))
    return tuple(overtaken)


def _start(side: Contender) -> float:
    assert side.row and side.row.cold
    return side.row.cold.import_ + side.row.cold.load + side.row.cold.first


def _seconds(side: Contender) -> float:
    assert side.row and side.row.p50
    return side.row.p50.value
