"""From a report's samples to the figures and verdicts that formats and gates see."""

from dataclasses import dataclass, replace

from bench.analysis.comparison import Comparison
from bench.analysis.pairs import of_batches, within
from bench.analysis.rows import Interval, Row, row
from bench.analysis.samples import unsuitable
from bench.domain import Report

__all__ = ["Comparison", "Interval", "Row", "Summary", "summarise", "with_batches"]


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a format sees; `unsuitable` says why the environment was, if it was.

    `rows` are the contenders, `anchors` what runs are held against each other by.
    """

    report: Report
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    unsuitable: tuple[str, ...] = ()
    anchors: tuple[Row, ...] = ()


def summarise(report: Report) -> Summary:
    """Every row's figures and every comparison of the table; their intervals hold together."""
    advice = unsuitable(report.outcomes)
    contenders = [outcome for outcome in report.outcomes if outcome.case.role == "contender"]
    others = [outcome for outcome in report.outcomes if outcome.case.role == "anchor"]
    rows, anchors = (
        tuple(row(outcome, advice) for outcome in outcomes) for outcomes in (contenders, others)
    )
    # Anchors come last, so that the place of a row is that of its outcome.
    report = replace(report, outcomes=(*contenders, *others))
    comparisons = within(rows, advice, report.match, report.effort.get("most_spread"))
    return Summary(report, rows, comparisons, advice, anchors)


def with_batches(summary: Summary) -> tuple[Comparison, ...]:
    """The comparisons of a report; where it has none, its batches against the first, per item."""
    most_spread = summary.report.effort.get("most_spread")
    return summary.comparisons or of_batches(summary.rows, summary.unsuitable, most_spread)
