"""What must be known about figures of rows before they are read as they stand."""

from bench.analysis.rows import TAIL_REPLICATES
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.statistics.percentiles import NotEstimable
from bench.views.wording import TOO_FEW, seconds, short_target, some

FAR = 1.05  # times the median; a mean beyond is that of other calls than the typical ones
_MOST_NAMED = 3


def far_means(summary: Summary) -> list[str]:
    """A sentence on means that are far from the typical time, if there are any."""
    far = [_both(row) for row in summary.rows if _is_far(row)]
    if not far:
        return []
    text = "Mean far from p50, so that items a second, which are of the mean, tell more:"
    return [plain(f"{text} {some(far, _MOST_NAMED)}.")]


def short_percentiles(summary: Summary) -> list[str]:
    """A sentence on percentiles that cannot be told, if there are any."""
    needed = [row.p99.needed for row in summary.rows if isinstance(row.p99, NotEstimable)]
    if not needed:
        return []
    return [
        f"p99: {TOO_FEW} where it stands: it takes {TAIL_REPLICATES} replicates, and samples"
        f" worth {needed[0]} that do not depend on each other."
    ]


def _is_far(row: Row) -> bool:
    if not (row.p50 and row.mean):
        return False
    return not row.p50.value / FAR <= row.mean.value <= row.p50.value * FAR


def _both(row: Row) -> str:
    case = row.outcome.case
    assert row.p50 and row.mean
    figures = f"{seconds(row.mean.value)} against {seconds(row.p50.value)}"
    return f"{case.model.name} on {short_target(case)} at batch {case.workload.batch}: {figures}"
