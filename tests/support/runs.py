"""Drawn runs of many days: machines whose days, processes and rounds differ by known amounts."""

import math
import random
from array import array
from dataclasses import replace

import reports

from bench.analysis.summary import summarise
from bench.domain import Slot


def run(
    day,
    seconds=67e-6,
    model="avg",
    correct=None,
    between=0.006,
    processes=0.004,
    inputs="",
    counts=None,
    **others,
):
    """A report of one row, measured on that day of January: 5 replicates of 6 rounds.

    `between` and `processes` are standard deviations of logarithms.
    """
    chance = random.Random(f"{day} {model}")
    typical = math.log(seconds) + chance.gauss(0, between)
    slots = []
    for replicate in range(5):
        process = typical + chance.gauss(0, processes)
        slots += [
            Slot(
                replicate,
                number,
                array("d", [math.exp(process + chance.gauss(0, 0.01)) for _ in range(5)]),
            )
            for number in range(6)
        ]
    counts = counts if correct is None else reports.accuracy(correct)
    row = reports.measured(reports.case(model), counts=counts, replicates=5, inputs=inputs)
    return replace(
        reports.report(replace(row, slots=tuple(slots)), **others),
        created=f"2026-01-{day:02d}T03:04:05+00:00",
    )


def runs(*seconds, first=1, **others):
    """The summaries of one run a day."""
    return [summarise(run(first + day, one, **others)) for day, one in enumerate(seconds)]
