"""Verdicts as a mark and few words, for a cell of a table."""

import math
from collections.abc import Iterator

from bench.analysis.comparison import Comparison
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.statistics.verdict import Verdict
from bench.views.names import told_apart

MARKS: dict[Verdict, str] = {
    "faster": "▲",
    "slower": "▼",
    "tiny": "≈",
    "equivalent": "=",
    "no difference detectable": "○",
    "inconclusive": "?",
}
_STATUS = {"skipped": "– skipped", "failed": "✗ failed", "invalid": "✗ invalid"}


def verdicts(summary: Summary) -> Iterator[tuple[Row, str]]:
    """Each row with what it is against the rows before it; of the others, what became of them."""
    told: dict[int, list[str]] = {}
    for comparison in summary.comparisons:
        if comparison.candidate.index is not None:
            told.setdefault(comparison.candidate.index, []).append(mark(comparison))
    for index, row in enumerate(summary.rows):
        yield row, _STATUS.get(row.status) or "; ".join(told.get(index, []))


def mark(comparison: Comparison) -> str:
    """`▼ 1.03 × the time of avg`; the ratio is the comparison's own, of seconds."""
    name, _ = told_apart((comparison.baseline, comparison.candidate))
    name = plain(name.removeprefix("onnxruntime:"))
    match comparison.verdict:
        case "faster" | "slower":
            ratio = comparison.ratio.value if comparison.ratio else math.nan
            said = f"{comparison.verdict}, {ratio:.2f} × the time of {name}"
        case "tiny":
            said = f"within 1 % of {name}"
        case "equivalent":
            said = f"as fast as {name}"
        case "inconclusive":
            said = f"no verdict against {name}"
        case _:
            said = f"no difference to {name} detectable"
    return f"{MARKS[comparison.verdict]} {said}"
