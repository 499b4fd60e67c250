"""After how many calls a target that starts slower but runs faster has overtaken another."""

from dataclasses import dataclass

from bench.analysis.summary import Row, Summary
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
    found = []
    for one in summary.comparisons:
        rows = summary.rows[one.baseline], summary.rows[one.candidate]
        if one.verdict not in ("faster", "slower") or _target(rows[0]) == _target(rows[1]):
            continue
        ahead, behind = rows if one.verdict == "slower" else rows[::-1]  # ahead runs faster
        late = _start(ahead) - _start(behind)
        if late > 0:
            saved = behind.p50.value - ahead.p50.value
            calls = round(late / saved)
            found.append(BreakEven(ahead.outcome.case, behind.outcome.case, late, calls))
    return tuple(found)


def _start(row: Row) -> float:
    return row.cold.import_ + row.cold.load + row.cold.first


def _target(row: Row) -> str:
    return str(row.outcome.case.target)
