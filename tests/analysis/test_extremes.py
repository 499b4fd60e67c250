"""Times at both ends of what a report may hold have figures, ratios and verdicts, or a sentence."""

import itertools
import warnings
from array import array
from dataclasses import replace

import pytest
import reports

from bench.analysis.between import between
from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise
from bench.domain import Slot
from bench.formats import json, table
from bench.records.slots import LONGEST, SHORTEST
from bench.statistics.between_runs import stated
from bench.views.gate import GateView
from bench.views.report import ReportView

TIMES = itertools.cycle((SHORTEST, LONGEST, 1e-4))


def summary(replicates, of):
    """Eight rows, whose intervals have a corrected level; `of` is what has a time of its own."""
    outcomes = []
    for number in range(8):
        row = reports.measured(reports.case(f"m{number}"), replicates=replicates)
        slots = []
        of_row = next(TIMES)
        for replicate in range(replicates):
            of_replicate = next(TIMES)
            for place in range(2):
                times = {"row": of_row, "replicate": of_replicate, "round": next(TIMES)}
                samples = [next(TIMES) if of == "call" else times[of] for _ in range(5)]
                slots.append(Slot(replicate, place, array("d", samples)))
        outcomes.append(replace(row, slots=tuple(slots)))
    return summarise(reports.report(*outcomes))


@pytest.mark.parametrize("of", ["row", "replicate", "round", "call"])
@pytest.mark.parametrize("replicates", [1, 3])
def test_everything_that_is_said_of_them_can_be_computed_and_shown(of, replicates):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        first, second = summary(replicates, of), summary(replicates, of)
        shown = [ReportView(first)]
        for deviation in (1e-160, 0.99):
            compared = between(first, second, spread_of=lambda *_, by=deviation: stated(by))
            shown.append(GateView(judge(compared, Limits(slower=0.05)), False))
        for view in shown:
            for each in (json, table):
                assert each.plugin.render(view, 80, False)
