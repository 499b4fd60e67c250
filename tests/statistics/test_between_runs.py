"""Runs of days that differ: how often a ratio of two of them is wrong, in simulated worlds."""

import math
from array import array
from dataclasses import replace

import numpy as np
import pytest
import reports

from bench.analysis.between import between
from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise
from bench.domain import Slot
from bench.statistics.between_runs import (
    ANCHOR_LEAVES,
    ASSUMED,
    BetweenRuns,
    measured_between_runs,
    stated,
    with_spread,
)
from bench.statistics.replicates import estimate_unpaired_ratio
from bench.statistics.runs import estimate_against_runs
from bench.statistics.verdict import verdict

TRIALS = 300
RUNS, PROCESSES, REPLICATES = 0.02, 0.007, 10  # standard deviations of ln seconds


def run(chance, spread=RUNS):
    """ln seconds of the replicates of one run, about a level of its own."""
    return chance.normal(0, spread) + chance.normal(0, PROCESSES, REPLICATES)


def samples(logs):
    return [[np.exp([value])] for value in logs]


def ratio_of(chance, known, spread=RUNS):
    both = [samples(run(chance, spread)) for _ in range(2)]
    return with_spread(estimate_unpaired_ratio(*both), known)


def share(ratios, wanted):
    return sum(map(wanted, ratios)) / len(ratios)


def covers(ratio):
    return ratio.low <= 1 <= ratio.high


def decided(ratio):
    return verdict(ratio) in ("faster", "slower")


def test_two_runs_of_one_model_are_covered_with_the_spread_that_is_stated():
    chance = np.random.default_rng(1)
    ratios = [ratio_of(chance, BetweenRuns(ASSUMED)) for _ in range(TRIALS)]
    assert 0.92 <= share(ratios, covers) <= 0.98  # binomial(300, 0.95): once in a hundred
    assert share(ratios, decided) <= 0.08


def test_what_the_spread_is_for():
    """Without it, two runs of one model are said to differ more often than not."""
    chance = np.random.default_rng(1)
    ratios = [ratio_of(chance, BetweenRuns(0.0)) for _ in range(TRIALS // 3)]
    assert share(ratios, covers) < 0.3
    assert share(ratios, decided) > 0.6
    assert share(ratios, lambda ratio: ratio.low > 1.03) > 0.05, "a gate at 3 % would close"


def anchored(chance, feels):
    """ln ratios of a row to the anchor in one run: a row feels the run `feels` times as much."""
    speed = chance.normal(0, RUNS)
    row, anchor = (much * speed + chance.normal(0, PROCESSES, REPLICATES) for much in (feels, 1.0))
    return row - anchor


@pytest.mark.parametrize("feels", [1 - ANCHOR_LEAVES, 1.0, 1 + ANCHOR_LEAVES])
def test_ratios_to_the_anchor_are_covered_where_a_row_feels_a_run_a_quarter_more_or_less(feels):
    chance = np.random.default_rng(9)
    ratios = []
    for _ in range(200):
        both = [samples(anchored(chance, feels)) for _ in range(2)]
        ratios.append(with_spread(estimate_unpaired_ratio(*both), stated(yardstick="anchor")))
    assert share(ratios, covers) >= 0.91
    assert share(ratios, decided) <= 0.09
    by_clock = ratio_of(chance, stated())
    assert by_clock.standard_error > 3 * np.median([ratio.standard_error for ratio in ratios])


def test_what_the_anchor_does_not_cover():
    """A row that feels a run twice as much needs a spread from the history."""
    chance = np.random.default_rng(9)
    both = [[samples(anchored(chance, 2.0)) for _ in range(2)] for _ in range(100)]
    ratios = [
        with_spread(estimate_unpaired_ratio(*sides), stated(yardstick="anchor")) for sides in both
    ]
    assert share(ratios, covers) < 0.8


def days_of(chance, days, runs, apart, within):
    """ln seconds of the runs of several days, which differ by `apart`, and runs by `within`."""
    levels = chance.normal(0, apart, days)
    return (levels[:, None] + chance.normal(0, within, (days, runs))).tolist()


@pytest.mark.parametrize(
    ("days", "runs", "apart", "within"),
    [(3, 1, 0.02, 0.002), (3, 8, 0.015, 0.013), (6, 4, 0.02, 0.002), (10, 4, 0.001, 0.02)],
)
def test_the_spread_of_a_history_covers_with_honest_degrees_of_freedom(days, runs, apart, within):
    chance = np.random.default_rng(days * runs)
    ratios = [
        ratio_of(
            chance,
            measured_between_runs(days_of(chance, days, runs, apart, within)),
            math.hypot(apart, within),
        )
        for _ in range(150)
    ]
    assert share(ratios, covers) >= 0.9  # binomial(150, 0.95) is below once in 200


@pytest.mark.parametrize(("days", "runs"), [(3, 1), (4, 6)])
def test_a_run_against_a_history_of_busy_days_is_covered_too(days, runs):
    """Six runs a day are not six times as many days."""
    chance = np.random.default_rng(3)
    ratios = []
    for _ in range(200):
        earlier = days_of(chance, days, runs, RUNS, 0.002)
        spread = measured_between_runs(earlier)
        ratios.append(estimate_against_runs(earlier, run(chance), spread))
    assert 0.91 <= share(ratios, covers) <= 0.985  # binomial(200, 0.95): once in a hundred


def test_runs_of_fewer_than_three_days_leave_the_floor_or_more():
    assert measured_between_runs([]) == BetweenRuns(ASSUMED)
    assert measured_between_runs([[0.0, 0.001, 0.002]], "anchor") == stated(yardstick="anchor")
    assert measured_between_runs([[0.0], [0.2]]) == BetweenRuns(ASSUMED)  # two runs tell nothing
    shown = measured_between_runs([[0.0, 0.2, 0.1], [0.1]])
    assert shown.deviation == pytest.approx(np.std([0.0, 0.2, 0.1, 0.1], ddof=1))
    assert (shown.freedom, shown.days) == (3, 2)


def test_one_replicate_keeps_no_bounds():
    lone = estimate_unpaired_ratio(samples([0.0]), samples([0.0, 0.1]))
    assert with_spread(lone, BetweenRuns(ASSUMED)) is lone


def report(chance, rows):
    """A report of rows that share the level of their run, as batches of one model do."""
    level = chance.normal(0, RUNS)
    outcomes = []
    for batch in range(1, rows + 1):
        drawn = chance.normal(math.log(67e-6) + level, PROCESSES, REPLICATES)
        slots = tuple(
            Slot(index, 0, array("d", [math.exp(value)])) for index, value in enumerate(drawn)
        )
        one = reports.measured(reports.case(batch=batch), replicates=REPLICATES)
        outcomes.append(replace(one, slots=slots))
    return summarise(reports.report(*outcomes))


@pytest.mark.parametrize(("rows", "trials"), [(1, 60), (4, 20)])
def test_reports_of_one_model_close_no_gate_and_are_seldom_told_apart(rows, trials):
    chance = np.random.default_rng(5)
    told = closed = 0
    for _ in range(trials):
        compared = between(report(chance, rows), report(chance, rows))
        told += any(each.verdict in ("faster", "slower") for each in compared)
        closed += judge(compared, Limits(slower=0.03)).ruling == "slower"
    assert told <= trials * 0.1
    assert closed == 0
