"""Runs in their order, and where their level changed."""

import pytest
import reports
import runs

from bench.analysis.summary import summarise
from bench.history.entries import add, read
from bench.history.series import group, levels


@pytest.fixture
def series(file):
    def of(*summaries):
        for summary in summaries:
            add(summary, None, None, file)
        return group(read(file))

    return of


def test_a_planted_tenth_is_one_change_where_it_began(series):
    (only,) = series(*runs.runs(*[67e-6] * 8, *[73.7e-6] * 4))
    (change,) = only.changes
    assert change.first == 8
    assert change.verdict == "slower"
    assert change.ratio.low < 1.1 < change.ratio.high
    assert change.ratio.low > 1.05
    assert only.ratios[0] is None
    assert only.ratios[8].value == pytest.approx(1.1, abs=0.03)


def test_runs_without_a_change_have_none(series):
    (only,) = series(*runs.runs(*[67e-6] * 20))
    assert only.changes == ()
    assert len(only.ratios) == 20


def test_models_targets_workloads_and_machines_are_series_of_their_own(series):
    other = {**reports.ENVIRONMENT, "cpu": "Other"}
    all_series = series(
        summarise(runs.run(1)),
        summarise(runs.run(2, model="max")),
        summarise(runs.run(3, environment=other)),
        summarise(reports.report(reports.measured(reports.case(batch=8)))),
        summarise(reports.report(reports.measured(reports.case(threads=2)))),
        summarise(reports.report(reports.measured(reports.case(target="torch:cpu")))),
    )
    assert [len(each.entries) for each in all_series] == [1] * 6


def test_another_seed_file_or_version_is_the_same_series(series):
    newer = {**reports.ENVIRONMENT, "packages": {"onnxruntime": "1.31.0"}}
    (only,) = series(
        summarise(runs.run(1)),
        summarise(runs.run(2, environment=newer)),
        summarise(reports.report(reports.measured(reports.case(seed=9)))),
    )
    assert len(only.entries) == 3


def test_a_run_of_an_unsuitable_environment_makes_no_level(series):
    calm = runs.runs(*[67e-6] * 6)
    busy = reports.measured(seconds=99e-6, disturbed=[(0, 0), (0, 1), (1, 2)])
    (only,) = series(*calm, summarise(reports.report(busy)))
    assert len(only.entries) == 7
    assert [len(part) for part in levels(only.entries)] == [6]
