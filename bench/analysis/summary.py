"""From a report's samples to the figures and verdicts that formats and gates see."""

from dataclasses import dataclass

from bench.analysis.comparison import Comparison
from bench.analysis.pairs import of_batches, within
from bench.analysis.rows import Interval, Row, row
from bench.analysis.samples import unsuitable
from bench.domain import Report

__all__ = ["Comparison", "Interval", "Row", "Summary", "summarise", "with_batches"]


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a format sees; `unsuitable` says why the environment was, if it was."""

    report: Report
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    unsuitable: tuple[str, ...] = ()


def summarise(report: Report) -> Summary:
    """Every row's figures and every comparison of the table; their intervals hold together."""
    advice = unsuitable(report.outcomes)
    rows = tuple(row(outcome, advice) for outcome in report.outcomes)
    comparisons = within(rows, advice, report.match, report.effort.get("most_spread"))
    return Summary(report, rows, comparisons, advice)


def with_batches(summary: Summary) -> tuple[Comparison, ...]:
    """The comparisons of a report; where it has none, its batches against the first, per item."""
    most_spread = summary.report.effort.get("most_spread")
    return summary.comparisons or of_batches(summary.rows, summary.unsuitable, most_spread)
