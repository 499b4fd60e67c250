"""After how many calls a later start has paid for itself."""

from dataclasses import replace

import reports

from bench.analysis.break_even import break_evens
from bench.analysis.summary import summarise
from bench.views import sentences

EARLY, LATE = "onnxruntime:cpu", "onnxruntime:cuda"


def summary(early_seconds, late_seconds, more_load=3.0):
    """Of one model on two targets, the second of which takes `more_load` seconds more to load."""
    rows = []
    for target, seconds, more in ((EARLY, early_seconds, 0), (LATE, late_seconds, more_load)):
        row = reports.measured(reports.case("avg", target), seconds, spread=1e-4)
        opened = [
            replace(one, cold=replace(one.cold, load=one.cold.load + more)) for one in row.opened
        ]
        rows.append(replace(row, opened=opened))
    return summarise(reports.report(*rows))


def test_a_target_that_starts_later_and_runs_faster_overtakes():
    (found,) = break_evens(summary(2e-3, 1e-3))
    assert (str(found.slower.target), str(found.faster.target)) == (LATE, EARLY)
    assert abs(found.calls.value - 3000) < 10
    assert abs(found.seconds - 3.0) < 1e-9


def test_one_that_is_better_at_both_overtakes_nothing():
    assert break_evens(summary(1e-3, 2e-3)) == ()
    assert break_evens(summary(2e-3, 1e-3, more_load=0.0)) == ()


def test_its_interval_is_as_wide_as_starts_and_calls_scatter():
    whole = summary(2e-3, 1e-3)
    late = whole.rows[1].outcome
    opened = [
        replace(each, cold=replace(each.cold, load=each.cold.load + more))
        for each, more in zip(late.opened, (-2.5, 0.0, 2.5), strict=True)
    ]
    rows = whole.rows[0].outcome, replace(late, opened=opened)
    assert break_evens(summarise(reports.report(*rows))) == (), "it may start as early"
    few = [
        replace(each, cold=replace(each.cold, load=3.0 + n / 100)) for n, each in enumerate(opened)
    ]
    (even,) = break_evens(summarise(reports.report(rows[0], replace(late, opened=few))))
    assert even.calls.low < 2990 < even.calls.value < 3020 < even.calls.high


def test_without_a_faster_side_there_is_none():
    assert break_evens(summary(1e-3, 1e-3)) == ()


def test_it_is_said_below_the_table():
    (said,) = sentences.break_evens(summary(2e-3, 1e-3))
    assert "3.0" in said
    assert "call" in said
