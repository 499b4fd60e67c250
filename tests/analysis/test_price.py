"""What narrower intervals would cost."""

import math
from dataclasses import replace

import numpy as np
import pytest
import reports

from bench.analysis.price import MOST, price
from bench.analysis.speed import speed_change
from bench.analysis.summary import summarise
from bench.statistics.estimate import relative_half_width
from bench.statistics.replicates import estimate_logs


def summary(deviation, replicates=8, target=0.01):
    """Two rows whose log-ratios alternate about 0 by `deviation`, at 10 ms a call."""
    avg = reports.measured(seconds=0.01, replicates=replicates, spread=0)
    slots = tuple(
        replace(
            slot,
            samples=reports.slots(0.01 * math.exp(deviation * (-1) ** slot.replicate))[0].samples,
        )
        for slot in avg.slots
    )
    report = reports.report(avg, replace(avg, case=reports.case("max"), slots=slots))
    return summarise(replace(report, effort={**report.effort, "target_width": target}))


def test_so_many_replicates_reach_the_width_and_fewer_do_not():
    cost = price(summary(0.03))
    assert cost.reached > cost.aimed == 0.01
    for count, reaches in ((cost.replicates - 4, False), (cost.replicates + 2, True)):
        count += count % 2  # so that both values are as frequent
        values = [np.array([0.03 * (-1) ** index]) for index in range(count)]
        scale = math.sqrt((8 / 7) / (count / (count - 1)))  # at the standard deviation of the 8
        estimate = estimate_logs([value * scale for value in values])
        assert (relative_half_width(estimate) <= 0.0101) == reaches


def test_its_time_is_that_of_so_many_replicates():
    cost = price(summary(0.03))
    each = 2 * (0.21 + 0.0021 + 0.0009 + 0.0004 + 0.6 + 4 * 5 * 0.01)
    assert cost.seconds == pytest.approx(cost.replicates * each, rel=0.02)


def test_there_is_none_where_the_aim_is_met_or_nothing_scatters_yet():
    assert price(summary(0.0001)) is None
    assert price(summary(0.03, replicates=1)) is None
    assert price(summarise(reports.report(reports.measured()))) is None


def test_beyond_reason_there_is_no_number():
    cost = price(summary(0.9))
    assert (cost.replicates, cost.seconds) == (None, 0)
    assert MOST == 1_000


def test_the_speed_of_the_machine_is_what_all_rows_share():
    def rows(factor):
        for name in ("avg", "max"):
            row = reports.measured(reports.case(name), replicates=10, rounds=4, spread=0)
            yield replace(
                row,
                slots=tuple(
                    replace(
                        slot,
                        samples=type(slot.samples)(
                            "d", [s * factor ** (slot.replicate % 2) for s in slot.samples]
                        ),
                    )
                    for slot in row.slots
                ),
            )

    assert speed_change([*rows(1.5)]) == pytest.approx(1.5)
    assert speed_change([*rows(1.0)]) == pytest.approx(1.0)
    assert speed_change([reports.measured(replicates=2, rounds=4)]) is None
