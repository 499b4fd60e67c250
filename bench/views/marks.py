"""Verdicts as a mark and few words, for a cell of a table."""

from collections.abc import Iterator

from bench.analysis.summary import Comparison, Row, Summary
from bench.console import plain
from bench.domain import Case
from bench.statistics.verdict import Verdict
from bench.views.wording import short_target

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
    for one in summary.comparisons:
        told.setdefault(one.candidate, []).append(mark(summary, one))
    for index, row in enumerate(summary.rows):
        yield row, _STATUS.get(row.status) or "; ".join(told.get(index, []))


def mark(summary: Summary, one: Comparison) -> str:
    """`▼ 1.03 × the time of avg`; the ratio is the comparison's own, of seconds."""
    baseline, candidate = (summary.rows[i].outcome.case for i in (one.baseline, one.candidate))
    name = plain(_difference(baseline, candidate))
    match one.verdict:
        case "faster" | "slower":
            said = f"{one.verdict}, {one.ratio.value:.2f} × the time of {name}"
        case "tiny":
            said = f"within 1 % of {name}"
        case "equivalent":
            said = f"as fast as {name}"
        case "inconclusive":
            said = f"no verdict against {name}"
        case _:
            said = f"no difference to {name} detectable"
    return f"{MARKS[one.verdict]} {said}"


def _difference(baseline: Case, candidate: Case) -> str:
    """What the baseline has in other than the candidate: its target, or its model."""
    if baseline.target != candidate.target:
        return short_target(baseline)
    return baseline.model.name
