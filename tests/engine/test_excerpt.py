"""A shorter run that is read off a longer one is the run that would have been measured."""

from dataclasses import asdict

import numpy as np
import pytest
import reports
from scripted import FakeLaunch, FakeWorker, opened

from bench.analysis.pairs import table_ratios
from bench.domain import Measurement
from bench.domain.effort import GLANCE, Effort
from bench.engine.excerpt import excerpts, seconds_of
from bench.engine.plan import Planned
from bench.engine.trial import swept
from bench.host.topology import usable

CPUS = len(usable())
SHORT = Effort("short", least=3, most=8, rounds=24, target_width=0.003)
LONG = Effort("long", least=12, most=20, rounds=64, target_width=0.001)


def run(rows, effort, typical=1e-3):
    """Rows whose processes and rounds differ by chance, the same whatever the effort is."""

    class Chance(FakeWorker):
        def __init__(self, number):
            replicate, row = opened(number, rows)
            generator = np.random.default_rng((replicate, row))
            process = generator.normal(0, 0.003)

            def slot(**arguments):
                seconds = typical * np.exp(process + generator.normal(0, 0.01))
                return {"samples": [round(seconds, 9)] * 5, "disturbed": None}

            super().__init__(typical, slot=slot)

    planned = [Planned(reports.case(), planted=0.0)] * rows
    return swept(planned, effort, FakeLaunch(Chance)).report()


def told(report):
    (ratio,) = table_ratios(report.outcomes).values()
    counts = [[slot.replicate for slot in row.slots] for row in report.outcomes]
    return ratio, counts


def test_a_run_is_its_own_excerpt():
    report = run(2, SHORT)
    first, *others = excerpts(report, (0, 1), SHORT, at_once=CPUS)
    for ours, whole in zip(first.outcomes, report.outcomes, strict=True):
        assert list(ours.slots) == list(whole.slots)
        assert list(ours.opened) == list(whole.opened)
    assert not others


@pytest.mark.parametrize("row", [1, 2])
def test_the_first_excerpt_of_a_longer_run_of_more_rows_is_the_shorter_run_of_two(row):
    report = run(3, LONG)
    first = next(excerpts(report, (0, row), SHORT, at_once=CPUS))
    assert first.effort == asdict(SHORT)
    if row == 1:
        assert told(first) == told(run(2, SHORT))
    assert all(isinstance(side, Measurement) for side in first.outcomes)


def test_an_excerpt_of_slow_rows_has_as_few_rounds_as_its_effort_would_have():
    first = next(excerpts(run(2, LONG, 0.3), (0, 1), GLANCE, at_once=CPUS))
    assert told(first) == told(run(2, GLANCE, 0.3))


def test_excerpts_follow_each_other_and_share_no_process():
    report = run(2, LONG)
    several = list(excerpts(report, (0, 1), SHORT, at_once=CPUS))
    lengths = [len(each.outcomes[0].opened) for each in several]
    assert len(several) >= 2
    assert min(lengths) >= SHORT.least
    assert sum(lengths) <= len(report.outcomes[0].opened)
    assert all(each.outcomes[0].slots[0].replicate == 0 for each in several)
    seen = {id(slot.samples) for each in several for slot in each.outcomes[0].slots}
    assert len(seen) == sum(len(each.outcomes[0].slots) for each in several)


def test_what_is_left_over_is_no_run():
    report = run(2, SHORT)
    assert not list(excerpts(report, (0, 1), LONG, at_once=CPUS))


def test_the_time_of_an_excerpt_is_that_of_its_processes_and_slots():
    report = run(2, SHORT)
    (first,) = excerpts(report, (0, 1), SHORT, at_once=CPUS)
    opened = sum(each.start for row in first.outcomes for each in row.opened)
    slots = sum(len(row.slots) for row in first.outcomes)
    assert seconds_of(first) == pytest.approx(opened + slots * (0.005 + 0.001 + 0.0005), rel=0.2)
