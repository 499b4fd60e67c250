"""Rounds follow the variance: fewer where processes differ, and no more wrong verdicts."""

import importlib
from array import array
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import reports

from bench.domain import Measurement, Slot
from bench.domain.effort import LEAST_ROUNDS
from bench.engine import allocation
from bench.engine.allocation import rounds_for
from bench.options.effort import Thoroughness
from bench.statistics.variance import components_of_midmeans

TRIALS = 80


@pytest.fixture
def study(monkeypatch):
    """studies/allocation.py, whose machines are tried here with fewer trials."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "studies"))
    return importlib.import_module("allocation")


def drawn(processes, rounds, replicates=12, count=24, seed=1):
    generator = np.random.default_rng(seed)
    return [
        generator.normal(generator.normal(0, processes), rounds, count) for _ in range(replicates)
    ]


def test_components_of_midmeans_are_those_that_were_drawn():
    pairs = [drawn(0.01, 0.03, seed=seed) for seed in range(200)]
    estimated = components_of_midmeans(pairs)
    assert estimated.between == pytest.approx(1e-4, rel=0.1)
    # A midmean of normal values has 1.2 times the variance of their mean.
    assert estimated.within == pytest.approx(1.2 * 9e-4, rel=0.1)


def test_a_few_disturbed_rounds_do_not_hide_that_processes_differ():
    rounds = drawn(0.01, 0.01)
    for values in rounds:
        values[:2] += 3.0
    assert components_of_midmeans([rounds]).within < 4e-4


def test_one_replicate_tells_no_variance():
    with pytest.raises(ValueError, match="two replicates"):
        components_of_midmeans([drawn(0.01, 0.01, replicates=1)])


def test_until_the_variance_is_known_a_replicate_has_a_third_of_the_most_rounds():
    assert rounds_for(48, 1.0, 0.01, []) == 16
    assert rounds_for(48, 1.0, 0.01, [drawn(0.01, 0.01, replicates=2)]) == 16
    assert rounds_for(4, 1.0, 0.01, []) == 4


@pytest.mark.parametrize(
    ("processes", "rounds", "start", "expected"),
    [
        (0.01, 0.0, 1.0, LEAST_ROUNDS),
        (0.0, 0.01, 1.0, 48),
        (0.01, 0.01, 1.0, 12),  # the root of 100 times a variance of 1.2 over one of 1
        (0.01, 0.01, 9.0, 34),
    ],
)
def test_rounds_follow_where_the_variance_lives_and_what_opening_takes(
    processes, rounds, start, expected
):
    pairs = [drawn(processes, rounds, seed=seed) for seed in range(40)]
    assert rounds_for(48, start, 0.01, pairs) == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("world", [2, 3])
def test_a_run_ends_sooner_and_flags_no_more_pairs(study, world):
    runs = {
        adaptive: [
            study.run(study.WORLDS[world], adaptive, np.random.default_rng(seed))
            for seed in range(TRIALS)
        ]
        for adaptive in (False, True)
    }
    seconds = {adaptive: np.mean([each.seconds for each in of]) for adaptive, of in runs.items()}
    assert seconds[True] < 0.95 * seconds[False]
    assert sum(each.flagged for each in runs[True]) <= 0.05 * TRIALS + 6  # three deviations


@pytest.mark.parametrize(
    ("planted", "width", "within", "count", "least"),
    [(0.002, "0.12%", 30, 16, 14), (0.001, "0.06%", 120, 4, 3)],
)
def test_a_slowdown_is_told_in_time_by_a_width_of_six_tenths_of_it(
    study, planted, width, within, count, least
):
    effort = Thoroughness(target_width=width).chosen()
    assert effort.target_width == pytest.approx(study.NARROW * planted)
    published = study.WORLDS[-1]
    runs = [
        study.run(published, True, np.random.default_rng(seed), effort, planted=planted)
        for seed in range(count)
    ]
    assert sum(each.flagged for each in runs) >= least
    assert np.median([each.seconds for each in runs]) <= within, "simulated, not timed"
    assert max(len(each.rounds) for each in runs) > 10, "the least of the default effort"


def test_what_opens_side_by_side_and_what_surrounds_a_slot_count_as_they_take(monkeypatch):
    """Were imports added up and slots their calls alone, more rounds would look worth it."""
    told = []
    monkeypatch.setattr(allocation, "rounds_for", lambda most, *costs: told.append(costs[:2]))
    opened = reports.opened()
    cold = replace(opened.cold, import_=0.3, load=0.1, first=0.0, second=0.0)
    opened = replace(opened, cold=cold, warm_up=replace(opened.warm_up, seconds=0.2))
    slots = (Slot(0, 0, array("d", [1e-4] * 50)),)
    row = Measurement(reports.case(), (opened,), slots)
    allocation.worth_rounds(48, [row, row], [], at_once=2)
    ((start, each),) = told
    assert start == pytest.approx(0.3 + 2 * (0.1 + 0.2))
    assert each == pytest.approx(2 * (0.005 + 0.001 + 3e-4 + 0.0005))
