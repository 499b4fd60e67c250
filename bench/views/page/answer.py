"""The first screen of a report: which row is the fastest, by how much, how sure, and how right."""

import math
from collections.abc import Iterator

from bench.analysis.best import Best
from bench.analysis.comparison import Comparison, State
from bench.analysis.summary import Row, Summary
from bench.blocks import Cell, Column, Style, Table
from bench.console import plain
from bench.domain import Measurement
from bench.statistics.multiple import LEVEL
from bench.statistics.verdict import MARGIN
from bench.views import wording
from bench.views.intervals import is_bounded
from bench.views.marks import mark
from bench.views.names import threads
from bench.views.wording import TIMES, percent, ratio, short_target

MOST = 4  # questions that the first screen has room for
MOST_TIED = 3  # rows that cannot be told from the fastest
_SURE: dict[State, str] = {
    "faster": "sure",
    "slower": "sure",
    "tiny": "sure, and too little to matter",
    "equivalent": f"sure that both are within {percent(MARGIN, 0)}",
}


def answers(label: str, summary: Summary) -> list[Table]:
    """Names and facts of the fastest row of each workload, the first few of them."""
    return [_answer(label, summary, best) for best in summary.bests[:MOST]]


def _answer(label: str, summary: Summary, best: Best) -> Table:
    leader = summary.rows[best.leader]
    names = _names(summary, best)
    told = _against(summary, best)
    facts = [("Fastest", Cell(names[best.leader], "strong"))]
    if tied := [names[index] for index in best.tied]:
        facts.append(("Or", Cell(f"{wording.some(tied, MOST_TIED)}: not told from it", "warning")))
    if told:
        facts += _difference(told, best, names)
    facts += [("Still right", Cell(_right(summary, best, names))), ("Ran on", Cell(_ran(leader)))]
    return Table(
        (Column("", "name"), Column("", "text")),
        tuple((Cell(name), cell) for name, cell in facts),
        _workload(label, summary, leader),
    )


def _against(summary: Summary, best: Best) -> Comparison | None:
    """The leader against the baseline, or what comes closest to a baseline that leads."""
    within = [
        compared
        for compared in summary.comparisons
        if {compared.baseline.index, compared.candidate.index} <= {*best.contenders}
        and best.leader in (compared.baseline.index, compared.candidate.index)
    ]
    own = [compared for compared in within if compared.candidate.index == best.leader]
    return next(iter(own), min(within, key=_slowness, default=None))


def _slowness(compared: Comparison) -> float:
    return compared.ratio.value if compared.ratio else math.inf


def _difference(told: Comparison, best: Best, names: dict[int, str]) -> Iterator[tuple[str, Cell]]:
    """How much time it takes of the other's, or the other of its, and how sure that is."""
    estimate, (baseline, candidate) = told.ratio, (told.baseline.index, told.candidate.index)
    style: Style = "plain" if told.state in _SURE else "warning"
    if estimate and is_bounded(estimate) and baseline is not None and candidate is not None:
        between = f"{ratio(estimate.low)}–{ratio(estimate.high)}"
        times = f"{ratio(estimate.value)} × the {TIMES[told.statistic]} of {names[baseline]}"
        who = "" if candidate == best.leader else f"{names[candidate]} takes "
        yield "By how much", Cell(f"{who}{times}", "strong")
        replicates = f"over {estimate.replicates} replicates"
        sure = _SURE.get(told.state, "not decided")
        yield "How sure", Cell(f"{sure}: {between} at {100 * LEVEL:g} %, {replicates}", style)
    else:
        yield "How sure", Cell(mark(told).word.text, "warning")


def _right(summary: Summary, best: Best, names: dict[int, str]) -> str:
    """Right answers, or R², of the fastest row, then of the row that its time is held against."""
    row = summary.rows[best.leader]
    if not (row.accuracy and row.counts):
        return "not known: there was no data set with labels"
    low, high = (wording.share(end) for end in (row.accuracy.low, row.accuracy.high))
    between = f"{low.removesuffix(' %')}–{high}"
    value = wording.share(row.accuracy.value)
    of = f"R² {value}" if row.counts.errors else f"{value} of {row.counts.total:,} answers"
    said = f"{of} ({between})"
    others = [index for index in best.contenders if index != best.leader]
    other = summary.rows[others[0]].accuracy
    return f"{said}; {names[others[0]]} {wording.share(other.value)}" if other else said


def _ran(row: Row) -> str:
    """What was read back from its session."""
    assert isinstance(row.outcome, Measurement)
    ran = row.outcome.opened[0].ran
    placed = ", ".join(f"{name} ({count} nodes)" for name, count in ran.providers.items())
    return plain(f"{placed or 'nothing that it tells'}, {threads(row.outcome.case)}")


def _workload(label: str, summary: Summary, leader: Row) -> str:
    """What the question is about; threads only where rows differ in them."""
    case = leader.outcome.case
    several = len({row.outcome.case.workload.threads for row in summary.rows}) > 1
    by = f", {threads(case)}" if several else ""
    return plain(f"{f'{label}: ' if label else ''}Batch {case.workload.batch}{by}")


def _names(summary: Summary, best: Best) -> dict[int, str]:
    """By index what tells the contenders apart: the model, and its target where there are more."""
    cases = {index: summary.rows[index].outcome.case for index in best.contenders}
    several = len({short_target(case) for case in cases.values()}) > 1
    return {
        index: plain(f"{case.model.name} on {short_target(case)}" if several else case.model.name)
        for index, case in cases.items()
    }
