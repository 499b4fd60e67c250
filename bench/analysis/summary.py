"""From a report's samples to the figures and verdicts that formats and gates see."""

from dataclasses import dataclass, replace
from functools import cached_property

from bench.analysis.best import Best, bests
from bench.analysis.comparison import Comparison
from bench.analysis.pairs import of_batches, of_pairs, within
from bench.analysis.rows import Interval, Row, row
from bench.analysis.samples import share_rounds, unsuitable
from bench.domain import Measurement, Report
from bench.statistics.statistic import Statistic

__all__ = ["Comparison", "Interval", "Row", "Summary", "summarise", "with_batches"]


@dataclass(frozen=True)
class Summary:
    """All that a format sees; `unsuitable` says why the environment was, if it was.

    `rows` are the contenders, `anchors` what runs are held against each other by.
    """

    report: Report
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    unsuitable: tuple[str, ...] = ()
    anchors: tuple[Row, ...] = ()

    @cached_property
    def bests(self) -> tuple[Best, ...]:
        """The fastest of each contest of two rows or more, asked for by table and sentences."""
        return bests(self.report, self.comparisons)

    @property
    def every_row(self) -> tuple[Row, ...]:
        """Contenders and anchors, in the order of the report's outcomes."""
        return (*self.rows, *self.anchors)


def summarise(report: Report, judged: Statistic | None = None) -> Summary:
    """Every row's figures and every comparison of the table; their intervals hold together.

    Ratios are of the statistic that is `judged`, by default of what the run was to judge.
    """
    if judged:
        report = replace(report, effort={**report.effort, "judged": judged})
    advice = unsuitable(report.outcomes)
    contenders = [outcome for outcome in report.outcomes if outcome.case.role == "contender"]
    others = [outcome for outcome in report.outcomes if outcome.case.role == "anchor"]
    rows, anchors = (
        tuple(row(outcome, advice) for outcome in outcomes) for outcomes in (contenders, others)
    )
    # Anchors come last, so that the place of a row is that of its outcome.
    report = replace(report, outcomes=(*contenders, *others))
    comparisons = within(
        rows, bool(advice), report.match, report.effort.get("most_spread"), statistic_of(report)
    )
    return Summary(report, rows, comparisons, advice, anchors)


def statistic_of(report: Report) -> Statistic:
    """What ratios are of; the median in reports of earlier releases."""
    judged: Statistic = report.effort.get("judged", "p50")
    return judged


def with_batches(summary: Summary) -> tuple[Comparison, ...]:
    """The comparisons of a report; where it has none, its batches against the first, per item."""
    most_spread = summary.report.effort.get("most_spread")
    return summary.comparisons or of_batches(
        summary.rows, bool(summary.unsuitable), most_spread, statistic_of(summary.report)
    )


def of_pair(summary: Summary, baseline: int, candidate: int) -> Comparison | None:
    """Two rows, of whatever workload each is; None where they did not take turns."""
    sides = [summary.rows[place].outcome for place in (baseline, candidate)]
    if not (all(isinstance(side, Measurement) for side in sides) and share_rounds(*sides)):
        return None
    most_spread = summary.report.effort.get("most_spread")
    (compared,) = of_pairs(
        summary.rows,
        [(baseline, candidate)],
        bool(summary.unsuitable),
        most_spread,
        statistic_of(summary.report),
    )
    return compared
