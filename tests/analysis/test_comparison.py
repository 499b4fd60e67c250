"""Two contenders of one report or of two."""

from dataclasses import replace

import numpy
import pytest
import reports

from bench.accuracy.paired import packed
from bench.analysis.between import between, changed_versions, check_same_machine
from bench.analysis.judge import Limits, judge
from bench.analysis.spread import spread
from bench.analysis.summary import summarise, with_batches
from bench.domain import Failed, Invalid
from bench.errors import NothingMeasured, ReportError


def summary(*outcomes, **others):
    return summarise(reports.report(*outcomes, **others))


def test_models_of_one_report_are_paired_by_their_rounds():
    (comparison,) = with_batches(
        summary(reports.measured(seconds=100e-6), reports.measured(reports.case("max"), 50e-6))
    )
    assert comparison.ratio.value == pytest.approx(0.5)
    assert comparison.verdict == "faster"
    assert comparison.baseline.case.model.name == "avg"


def test_the_bootstrap_agrees_with_students_t_and_the_spread_is_explained():
    steady = reports.measured(seconds=100e-6, replicates=8)
    noisy = reports.measured(reports.case("max"), 50e-6, replicates=8, spread=0.02)
    (comparison,) = with_batches(summary(steady, noisy))
    low, high = comparison.bootstrap
    assert low == pytest.approx(comparison.ratio.low, rel=0.01)
    assert high == pytest.approx(comparison.ratio.high, rel=0.01)
    scatter = spread(comparison)
    assert scatter.of_processes > 0.995
    assert scatter.best == 3


def test_batches_alone_are_compared_per_item():
    (comparison,) = with_batches(
        summary(reports.measured(), reports.measured(reports.case(batch=8), 4 * 67e-6))
    )
    assert comparison.ratio.value == pytest.approx(0.5)


def test_batches_of_different_models_have_nothing_in_common():
    rows = reports.measured(), reports.measured(reports.case("max", batch=8))
    assert with_batches(summary(*rows)) == ()


def test_reports_match_rows_of_the_same_model_target_and_workload():
    first = summary(reports.measured(), reports.measured(reports.case("max"), 50e-6))
    second = summary(
        reports.measured(reports.case("max"), 60e-6), reports.measured(reports.case("max", batch=8))
    )
    comparison, *alone = between(first, second)
    assert comparison.ratio.value == pytest.approx(1.2)
    assert comparison.verdict == "slower"
    assert not any(other.complete for other in alone)


def test_a_report_of_one_model_is_compared_with_another_model():
    (comparison,) = between(
        summary(reports.measured()), summary(reports.measured(reports.case("new"), 67e-6 * 1.5))
    )
    assert comparison.ratio.value == pytest.approx(1.5)


def test_a_report_from_a_busy_machine_allows_no_verdict_against_another():
    busy = reports.measured(seconds=99e-6, disturbed=[(0, 0), (0, 1), (1, 2)])
    (comparison,) = between(summary(reports.measured()), summary(busy))
    assert (comparison.verdict, comparison.ratio) == ("inconclusive", None)
    assert comparison.why.startswith("environment unsuitable: 25 %")
    assert comparison.state == "disturbed"


def busy_pair(seconds, spread=0.01):
    """A row and a candidate that took turns with it, a fifth of whose slots were disturbed."""
    marked = [(0, 0), (0, 1), (1, 2)]
    busy = reports.measured(reports.case("max"), seconds, spread=spread, disturbed=marked)
    (comparison,) = with_batches(summary(reports.measured(), busy))
    return comparison


def test_rows_that_took_turns_on_a_busy_machine_are_judged_by_their_wider_interval():
    """A shared machine is always somewhat disturbed; what it leaves open is called so."""
    clear, wide = busy_pair(50e-6), busy_pair(70e-6, spread=0.1)
    assert (clear.verdict, clear.state, clear.why) == ("faster", "faster", "")
    assert (wide.verdict, wide.state, wide.why) == ("inconclusive", "disturbed", "")
    limits = Limits(slower=0.05)
    assert judge([clear], limits).ruling == "passed"
    judgement = judge([wide], limits)
    assert judgement.ruling == "inconclusive"
    assert "stop other work on it" in judgement.rows[0].advice[0]


@pytest.mark.parametrize("kind", [Failed, Invalid])
def test_a_row_that_broke_is_named_with_the_one_that_was_measured_before(kind):
    before = summary(reports.measured(), reports.measured(reports.case("max"), 50e-6))
    after = summary(reports.measured(), kind(reports.case("max"), "killed by SIGSEGV"))
    _, broken = between(before, after)
    assert (broken.baseline.status, broken.candidate.status) == ("measured", kind.__name__.lower())
    assert (broken.ratio, broken.why) == (None, "killed by SIGSEGV")


def test_a_row_that_one_report_lacks_is_named():
    both = summary(reports.measured(), reports.measured(reports.case("max"), 50e-6))
    alone = summary(reports.measured())
    for sides, statuses in (
        ((both, alone), ("measured", "absent")),
        ((alone, both), ("absent", "measured")),
    ):
        _, lacking = between(*sides)
        assert (lacking.baseline.status, lacking.candidate.status) == statuses
        assert lacking.candidate.case.model.name == "max"
    with pytest.raises(NothingMeasured):
        between(alone, summary(reports.measured(reports.case(batch=7))))


@pytest.mark.parametrize("key", ["cpu", "usable_cpus"])
def test_other_machines_are_refused(key):
    other = {**reports.ENVIRONMENT, key: "another"}
    with pytest.raises(ReportError, match=key):
        check_same_machine(reports.ENVIRONMENT, other, "Use one.")
    check_same_machine(reports.ENVIRONMENT, dict(reports.ENVIRONMENT), "Use one.")


def test_versions_that_differ_are_told():
    other = {**reports.ENVIRONMENT, "packages": {"onnx-bench": "0.1.0", "onnxruntime": "2.0"}}
    sides = reports.report(), reports.report(environment=other)
    assert changed_versions(*sides, ("old", "new")) == [
        "numpy is 2.4.0 in old and absent in new.",
        "onnxruntime is 1.30.1 in old and 2.0 in new.",
    ]


def test_rows_of_two_reports_that_were_fed_other_values_get_no_verdict_unless_asked():
    counts = reports.accuracy()
    old = summary(reports.measured(counts=counts, inputs="a"))
    new = summary(reports.measured(seconds=99e-6, counts=counts, inputs="b"))
    (refused,) = between(old, new)
    assert (refused.state, refused.ratio) == ("inputs differ", None)
    (row,) = judge([refused], Limits(slower=0.05, drop=0.01)).rows
    assert (row.ruling, row.ratio, row.drop, row.advice) == (
        *("inconclusive", None, None),
        (refused.why,),
    )
    (asked,) = between(old, new, match="any")
    assert asked.ratio.value == pytest.approx(99 / 67)


def test_the_gate_counts_the_items_that_only_one_side_gets_right():
    """Two files with as many right answers: from counts alone this would be inconclusive."""
    counts = reports.accuracy(disagreements=None)
    known = replace(counts, right=packed(numpy.arange(counts.total) >= 36))
    for checked, ruling in ((counts, "inconclusive"), (known, "passed")):
        old, new = (
            summary(reports.measured(reports.case(name), counts=checked)) for name in ("a", "b")
        )
        (row,) = judge(between(old, new), Limits(drop=0.001)).rows
        assert row.ruling == ruling
