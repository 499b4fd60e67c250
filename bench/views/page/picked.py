"""Which rows the charts of a page show before its reader picks others."""

from collections.abc import Sequence

from bench.analysis.matching import contests
from bench.analysis.summary import Summary

MOST = 6


def picked(summaries: Sequence[Summary]) -> list[int]:
    """Places of rows, counted through all summaries: whole contests, as many as have room.

    Where the first one is too large, it is the baseline, then the fastest row of each model, then
    the fastest of the rest. Of several reports each has its part.
    """
    chosen: list[int] = []
    first = 0
    room = max(1, MOST // max(1, len(summaries)))
    for summary in summaries:
        chosen += [first + index for index in _of_report(summary, room)]
        first += len(summary.rows)
    return chosen[:MOST]


def _of_report(summary: Summary, room: int) -> list[int]:
    chosen: list[int] = []
    held = contests(summary.report.outcomes, summary.report.match)
    # What is compared with nothing comes last.
    for contest in sorted(held, key=lambda rows: len(rows) == 1):
        if len(contest) <= room - len(chosen):
            chosen += contest
        elif not chosen:
            chosen = _fastest(summary, contest)[:room]
    left = [index for index, row in enumerate(summary.rows) if row.p50 and not chosen]
    return sorted(chosen or left[:room])


def _fastest(summary: Summary, contest: Sequence[int]) -> list[int]:
    """The baseline of a contest, then the others as they are to be looked at."""
    baseline, *others = contest

    def seconds(index: int) -> float:
        p50 = summary.rows[index].p50
        return p50.value if p50 else float("inf")

    others.sort(key=seconds)
    models = {summary.rows[baseline].outcome.case.model.name}
    own: list[int] = []
    again: list[int] = []
    for index in others:
        model = summary.rows[index].outcome.case.model.name
        (again if model in models else own).append(index)
        models.add(model)
    return [baseline, *own, *again]
