"""The shortest and longest times that a report may hold, and their ratios, are figures or words."""

import random
import re
from array import array
from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.domain import Slot
from bench.formats import EVERY, FORMATS
from bench.records.slots import LONGEST, SHORTEST, decode_slot
from bench.views.report import ReportView

TIMES = {
    "alike": lambda chance, row, replicate: (SHORTEST, LONGEST)[row % 2],
    "any": lambda chance, row, replicate: 10 ** chance.uniform(-12, 9),
    "either": lambda chance, row, replicate: chance.choice((SHORTEST, LONGEST)),
    "one replicate": lambda chance, row, replicate: LONGEST if replicate == 2 else SHORTEST,
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("rounds", [1, 3])
def test_every_format_shows_them(times, rounds):
    chance = random.Random(1)
    rows = []
    for row in range(3):
        slots = [
            Slot(r, k, array("d", [times(chance, row, r) for _ in range(4)]))
            for r in range(3)
            for k in range(rounds)
        ]
        measured = reports.measured(reports.case(f"m{row}"))
        rows.append(replace(measured, slots=tuple(slots)))
    view = ReportView(summarise(reports.report(*rows)))
    shown = {name: FORMATS.load(name).render(view, 80, colour=False) for name in EVERY}
    assert not re.search(r"\b(nan|inf)\b", shown["table"] + shown["markdown"] + shown["csv"])


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e-13, 1e10, 1e308, float("inf"), float("nan")])
def test_a_time_that_cannot_be_is_refused(seconds):
    fields = {"replicate": 0, "round": 0, "disturbed": None, "samples": [1e-3, seconds]}
    with pytest.raises(ValueError, match="a call cannot take"):
        decode_slot(fields)
