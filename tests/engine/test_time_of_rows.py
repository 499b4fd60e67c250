"""What sweeps of many small rows take, on a clock that only requests move."""

from dataclasses import asdict

import numpy as np
import pytest
import reports
from scripted import FakeLaunch, Seconds, TimedWorker

from bench.domain.effort import DEFAULT
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.sweep import Sweep
from bench.records.journal import Journal
from bench.records.ledger import Ledger

# Seconds of requests as two idle CPUs take for them; two imports share theirs.
COSTS = {"load": 0.15, "open": 0.06, "warm_up": 0.16, "slot": 0.0075, "agree": 0.05, "learn": 0.03}
PROCESSES, ROUNDS = 0.002, 0.004  # standard deviations of logarithms, as in the published spread


def taken(rows):
    """The seconds of a sweep of so many models at the default effort."""
    clock = Seconds()
    budget, generator = Budget(None, clock), np.random.default_rng(1)

    def worker(number):
        process = generator.normal(0, PROCESSES)

        def slot(**arguments):
            seconds = 7e-5 * float(np.exp(process + generator.normal(0, ROUNDS)))
            return {"samples": [seconds] * 3, "disturbed": None}

        return TimedWorker(budget, COSTS, 7e-5, slot=slot)

    planned = [Planned(reports.case(f"m{number}")) for number in range(rows)]
    header = reports.header(*(row.encode() for row in planned), effort=asdict(DEFAULT))
    started = clock.now
    Sweep(
        planned,
        Ledger(header),
        Journal(None),
        DEFAULT,
        lambda progress: None,
        lambda so_far: None,
        budget,
        FakeLaunch(worker),
    ).run()
    return clock.now - started


def test_twenty_small_rows_take_less_than_four_minutes_and_time_is_linear_in_rows():
    few, many = taken(4), taken(20)
    assert many <= 240
    assert many / few == pytest.approx(5, rel=0.15)
    assert few <= 45, "four rows leave 15 s of a minute for all that is not measuring"
