"""The time of a row by that of the anchor beside it, in which a run's own speed cancels."""

from bench.analysis.pairs import paired_rounds
from bench.analysis.rows import Row
from bench.analysis.samples import share_rounds
from bench.analysis.summary import Summary
from bench.domain import Case
from bench.statistics.rounds import midmean


def anchor_of(summary: Summary, case: Case) -> Row | None:
    """The measured anchor that ran the way `case` did: its target, threads, boundary and format."""
    return next(
        (row for row in summary.anchors if row.p50 and _way(row.outcome.case) == _way(case)), None
    )


def anchored_logs(summary: Summary, row: Row) -> list[float]:
    """ln of a row's seconds over the anchor's, one a replicate; empty where there is no anchor.

    The two took turns, so what slows the machine in this run slows both.
    """
    anchor = anchor_of(summary, row.outcome.case)
    if not anchor or not row.p50 or not share_rounds(anchor.outcome, row.outcome):
        return []
    (rounds,) = paired_rounds([anchor.outcome, row.outcome], [(0, 1)])
    return [float(midmean(replicate)) for replicate in rounds]


def _way(case: Case) -> tuple[str, int, str, bool]:
    workload = case.workload
    return str(case.target), workload.threads, workload.boundary, workload.native
