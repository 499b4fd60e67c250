"""The shortest and longest times that a report may hold, and their ratios, are figures or words."""

import random
import re
from array import array
from dataclasses import replace

import pytest
import reports

from bench.analysis.between import between
from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise
from bench.domain import Slot
from bench.formats import EVERY, FORMATS
from bench.records.slots import LONGEST, SHORTEST, decode_slot
from bench.statistics.between_runs import stated
from bench.views.gate import GateView
from bench.views.report import ReportView

TIMES = {
    "alike": lambda chance, row, replicate: (SHORTEST, LONGEST)[row % 2],
    "any": lambda chance, row, replicate: 10 ** chance.uniform(-12, 9),
    "either": lambda chance, row, replicate: chance.choice((SHORTEST, LONGEST)),
    "one replicate": lambda chance, row, replicate: LONGEST if replicate == 2 else SHORTEST,
}


def drawn(times, rounds, seed=1):
    chance = random.Random(seed)
    rows = []
    for row in range(3):
        slots = [
            Slot(r, k, array("d", [times(chance, row, r) for _ in range(4)]))
            for r in range(3)
            for k in range(rounds)
        ]
        measured = reports.measured(reports.case(f"m{row}"))
        rows.append(replace(measured, slots=tuple(slots)))
    return summarise(reports.report(*rows))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("rounds", [1, 3])
def test_every_format_shows_them(times, rounds):
    view = ReportView(drawn(times, rounds))
    shown = {name: FORMATS.load(name).render(view, 80, colour=False) for name in EVERY}
    assert not re.search(r"\b(nan|inf)\b", shown["table"] + shown["markdown"] + shown["csv"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("spread", [1e-160, 0.02, 0.99])
def test_two_reports_of_them_are_judged(times, spread):
    first, second = (drawn(times, 2, seed) for seed in (1, 2))
    compared = between(first, second, spread_of=lambda measured, yardstick: stated(spread))
    assert len(GateView(judge(compared, Limits(slower=0.05))).document()["rows"]) == 3


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e-13, 1e10, 1e308, float("inf"), float("nan")])
def test_a_time_that_cannot_be_is_refused(seconds):
    fields = {"replicate": 0, "round": 0, "disturbed": None, "samples": [1e-3, seconds]}
    with pytest.raises(ValueError, match="a call cannot take"):
        decode_slot(fields)
