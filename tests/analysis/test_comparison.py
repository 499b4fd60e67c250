"""Two contenders of one report or of two."""

from dataclasses import replace

import pytest
import reports

from bench.analysis import comparison as contest
from bench.analysis.summary import summarise
from bench.domain import Inspection, Profile
from bench.errors import ReportError


def summary(*outcomes, **others):
    return summarise(reports.report(*outcomes, **others))


def test_models_of_one_report_are_paired_by_their_rounds():
    (found,) = contest.within(
        summary(reports.measured(seconds=100e-6), reports.measured(reports.case("max"), 50e-6))
    )
    assert found.ratio.value == pytest.approx(0.5)
    assert found.verdict == "faster"
    assert found.baseline.outcome.case.model.name == "avg"


def test_the_bootstrap_agrees_with_students_t_and_the_spread_is_explained():
    steady = reports.measured(seconds=100e-6, replicates=8)
    noisy = reports.measured(reports.case("max"), 50e-6, replicates=8, spread=0.02)
    (found,) = contest.within(summary(steady, noisy))
    low, high = found.bootstrap
    assert low == pytest.approx(found.ratio.low, rel=0.01)
    assert high == pytest.approx(found.ratio.high, rel=0.01)
    assert found.why[-1].startswith("100 % of the variance of replicates lies between processes; 3")


def test_batches_alone_are_compared_per_item():
    (found,) = contest.within(
        summary(reports.measured(), reports.measured(reports.case(batch=8), 4 * 67e-6))
    )
    assert found.ratio.value == pytest.approx(0.5)


def test_reports_match_rows_of_the_same_model_target_and_workload():
    first = summary(reports.measured(), reports.measured(reports.case("max"), 50e-6))
    second = summary(
        reports.measured(reports.case("max"), 60e-6), reports.measured(reports.case("max", batch=8))
    )
    (found,) = contest.between(first, second)
    assert found.ratio.value == pytest.approx(1.2)
    assert found.verdict == "slower"


def test_a_report_of_one_model_is_compared_with_another_model():
    (found,) = contest.between(
        summary(reports.measured()), summary(reports.measured(reports.case("new"), 67e-6 * 1.5))
    )
    assert found.ratio.value == pytest.approx(1.5)


def test_a_report_from_a_busy_machine_allows_no_verdict_against_another():
    busy = reports.measured(seconds=99e-6, disturbed=[(0, 0), (0, 1), (1, 2)])
    (found,) = contest.between(summary(reports.measured()), summary(busy))
    assert found.verdict == "inconclusive"
    assert found.why[0].startswith("environment unsuitable: 25 %")


@pytest.mark.parametrize("key", ["cpu", "usable_cpus"])
def test_other_machines_are_refused(key):
    other = {**reports.ENVIRONMENT, key: "another"}
    with pytest.raises(ReportError, match=key):
        contest.check_same_machine(reports.ENVIRONMENT, other)
    contest.check_same_machine(reports.ENVIRONMENT, dict(reports.ENVIRONMENT))


def test_versions_that_differ_are_told():
    other = {**reports.ENVIRONMENT, "packages": {"onnx-bench": "0.1.0", "onnxruntime": "2.0"}}
    assert contest.changed_versions(reports.report(), reports.report(environment=other)) == [
        "numpy is 2.4.0 in the first and absent in the second report.",
        "onnxruntime is 1.30.1 in the first and 2.0 in the second report.",
    ]


def test_batches_of_different_models_have_nothing_in_common():
    rows = reports.measured(), reports.measured(reports.case("max", batch=8))
    assert contest.within(summary(*rows)) == []


def test_two_reports_are_said_to_be_of_different_times():
    (found,) = contest.between(summary(reports.measured()), summary(reports.measured()))
    assert found.why == (contest.APART,)
    assert found.bootstrap is None


def test_where_both_were_profiled_it_is_told_what_takes_the_time():
    times = {"avg": {"Conv": 3e-5, "Relu": 1e-5}, "max": {"Conv": 1e-5}}
    rows = [
        replace(
            reports.measured(reports.case(name)),
            inspection=Inspection(Profile({"CPUExecutionProvider": 1.0}, 1, 0, operators)),
        )
        for name, operators in times.items()
    ]
    (found,) = contest.within(summary(*rows))
    said = "In a profile avg spends 75 % in Conv, 25 % in Relu; max spends 100 % in Conv."
    assert said in found.why
