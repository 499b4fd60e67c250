"""Figures and comparisons from samples."""

from array import array
from dataclasses import replace

import drawn
import pytest
import reports
from hypothesis import given, settings

from bench.analysis.samples import by_replicate
from bench.analysis.summary import summarise
from bench.domain import Agreement, Failed, Inspection, Invalid, Skipped, Slot
from bench.statistics.percentiles import NotEstimable, Percentile
from bench.views.figure_notes import far_means

case, measured, report = reports.case, reports.measured, reports.report


def row_of(outcome):
    (row,) = summarise(report(outcome)).rows
    return row


def constant(seconds=1e-3, replicates=3, rounds=4, calls=5, **others):
    return measured(
        seconds=seconds, replicates=replicates, rounds=rounds, calls=calls, spread=0, **others
    )


def test_a_constant_time_is_its_own_median_with_a_closed_interval():
    row = row_of(constant(seconds=1e-3))
    assert [row.p50.value, row.p50.low, row.p50.high] == pytest.approx([1e-3] * 3)
    assert row.samples == 3 * 4 * 5


def test_throughput_is_the_batch_over_the_mean_and_its_interval():
    row = row_of(measured(case(batch=8), seconds=2e-3))
    assert row.throughput.value == pytest.approx(8 / row.mean.value)
    assert row.throughput.low == pytest.approx(8 / row.mean.high)
    assert row.throughput.high == pytest.approx(8 / row.mean.low)
    assert row.throughput.low < row.throughput.value < row.throughput.high


def test_a_mean_far_from_the_typical_time_is_said_with_both():
    """One call in ten takes ten times as long: it is in the throughput and not in the median."""
    pattern = array("d", [1e-3] * 9 + [1e-2])
    slots = tuple(Slot(replicate, number, pattern) for replicate in range(8) for number in range(4))
    summary = summarise(report(replace(constant(replicates=8), slots=slots)))
    assert summary.rows[0].throughput.value == pytest.approx(1 / 1.9e-3)
    (said,) = far_means(summary)
    assert "1.90 ms against 1.00 ms" in said
    assert far_means(summarise(report(constant()))) == []


@pytest.mark.parametrize(("replicates", "kind"), [(7, NotEstimable), (8, Percentile)])
def test_no_p99_of_fewer_than_eight_replicates(replicates, kind):
    row = row_of(constant(replicates=replicates, rounds=10, calls=100))
    assert isinstance(row.p99, kind)
    assert isinstance(row.p90, Percentile)


def test_cold_costs_are_medians_and_memory_the_largest_of_the_replicates():
    opened = tuple(reports.opened(load, rss) for load, rss in ((3.0, 5), (1.0, 9), (2.0, 7)))
    row = row_of(replace(constant(), opened=opened))
    assert (row.cold.load, row.peak_rss) == (2.0, 9)


def test_percentiles_below_their_least_number_of_samples_are_not_estimable():
    row = row_of(constant(replicates=3, rounds=2, calls=2))
    assert row.p90 == NotEstimable(0.9, n=row.p90.n, needed=36)
    assert row.p90.n < 36
    assert row.p99.needed == 368


def test_percentiles_with_enough_samples_are_order_statistics():
    pattern = array("d", (1e-3 + index * 1e-6 for index in range(1000)))
    slots = tuple(Slot(replicate, 0, pattern) for replicate in range(10))
    row = row_of(replace(constant(replicates=10), slots=slots))
    assert isinstance(row.p99, Percentile)
    assert row.p90.value == pytest.approx(1.9e-3, rel=1e-3)
    assert row.p99.value == pytest.approx(1.99e-3, rel=1e-3)
    assert row.p99.low <= row.p99.value <= row.p99.high


def test_accuracy_is_a_share_with_a_wilson_interval():
    row = row_of(measured(counts=reports.accuracy(correct=9_964)))
    assert row.accuracy.value == 0.9964
    assert row.accuracy.low < 0.9964 < row.accuracy.high


@pytest.mark.parametrize("kind", [Skipped, Failed, Invalid])
def test_a_row_that_is_not_measured_has_a_reason_and_no_figure(kind):
    row = row_of(kind(case(), "because"))
    assert (row.status, row.reason) == (kind.__name__.lower(), "because")
    figures = (row.p50, row.p90, row.p99, row.throughput, row.cold, row.peak_rss, row.accuracy)
    assert figures == (None,) * 7


def test_an_invalid_row_shows_its_accuracy_and_no_time():
    row = row_of(Invalid(case(), "wrong", reports.accuracy(correct=1_000)))
    assert row.accuracy.value == 0.1
    assert row.p50 is None


def comparisons(outcomes):
    return summarise(report(*outcomes)).comparisons


def pairs(*outcomes):
    return [(pair.baseline.index, pair.candidate.index) for pair in comparisons(outcomes)]


def test_rows_are_compared_with_the_first_and_targets_of_a_model_with_its_first():
    cpu, cuda = "onnxruntime:cpu", "onnxruntime:cuda"
    assert pairs(
        measured(case("avg", cpu)),
        measured(case("avg", cuda)),
        measured(case("max", cpu)),
        measured(case("max", cuda)),
    ) == [(0, 1), (0, 2), (0, 3), (2, 3)]


@pytest.mark.parametrize("other", [{"batch": 8}, {"threads": 2}, {"seed": 2}])
def test_rows_of_different_workloads_are_not_compared(other):
    assert pairs(measured(case("avg")), measured(case("max", **other))) == []


def test_rows_that_differ_in_model_and_target_are_compared_too():
    assert pairs(measured(case("avg")), measured(case("max", "torch:cpu"))) == [(0, 1)]


def test_rows_without_a_measurement_are_passed_over():
    failed, invalid = Failed(case("avg"), "broken"), Invalid(case("odd"), "wrong")
    assert pairs(failed, measured(case("max")), invalid, measured(case("own"))) == [(1, 3)]


def test_a_ratio_is_the_candidates_time_over_the_baselines():
    slow, fast = measured(case("avg"), 2e-3), measured(case("max"), 1e-3)
    (comparison,) = comparisons([slow, fast])
    assert comparison.ratio.value == pytest.approx(0.5)
    assert comparison.verdict == "faster"
    (comparison,) = comparisons([fast, slow])
    assert comparison.ratio.value == pytest.approx(2.0)
    assert comparison.verdict == "slower"


def test_one_replicate_allows_no_verdict():
    (comparison,) = comparisons([measured(case(name), replicates=1) for name in ("avg", "max")])
    assert comparison.verdict == "inconclusive"


def test_several_comparisons_have_wider_intervals():
    two = [measured(case(name)) for name in ("avg", "max")]
    many = [*two, *(measured(case(str(index))) for index in range(5))]
    assert comparisons(two)[0].ratio.level == pytest.approx(0.95)
    assert all(comparison.ratio.level > 0.95 for comparison in comparisons(many))


def test_when_every_round_is_disturbed_the_row_says_so():
    everything = {(replicate, number) for replicate in range(3) for number in range(4)}
    row = row_of(constant(disturbed=everything))
    assert row.samples == 3 * 4 * 5
    assert row.advice[0].startswith("environment unsuitable: 100 % of the slots were disturbed")
    assert "waited for a CPU" in row.advice[0]


@pytest.mark.parametrize(("count", "said"), [(0, False), (1, False), (2, True)])
def test_above_a_twentieth_of_disturbed_slots_the_environment_is_unsuitable(count, said):
    disturbed = {(0, number) for number in range(count)}  # of 30
    advice = row_of(constant(rounds=10, disturbed=disturbed)).advice
    assert any(text.startswith("environment unsuitable") for text in advice) is said


def test_a_warm_up_that_could_not_be_assessed_is_told_once():
    opened = (reports.opened(steady=None), reports.opened(steady=None), reports.opened())
    advice = row_of(replace(constant(), opened=opened)).advice
    told = [line for line in advice if "steadiness" in line]
    assert told == ["steadiness after warm-up is not assessed: a call takes too long for that."]


def test_an_unsteady_warm_up_is_told():
    opened = (reports.opened(steady=False), reports.opened(), reports.opened(steady=False))
    assert "not steady after warm-up in 2 of 3 replicates" in " ".join(
        row_of(replace(constant(), opened=opened)).advice
    )


def test_samples_are_by_replicate_and_round():
    kept = by_replicate(constant(replicates=2, rounds=2, calls=3, disturbed={(1, 0)}))
    assert [[len(slot) for slot in slots] for slots in kept] == [[3, 3], [3, 3]]


def test_an_interrupted_round_is_left_out_of_the_ratio():
    whole = constant(replicates=2)
    cut = replace(whole, case=case("max"), slots=whole.slots[:-1])
    (comparison,) = comparisons([whole, cut])
    assert comparison.ratio.value == pytest.approx(1.0)
    assert comparison.ratio.replicates == 2


def test_rows_that_share_disturbed_rounds_alone_have_a_ratio_all_the_same():
    long = constant(rounds=2, disturbed={(replicate, 0) for replicate in range(3)})
    short = replace(long, case=case("max"), slots=long.slots[::2])
    for pair in ([long, short], [short, long]):
        (comparison,) = comparisons(pair)
        assert comparison.ratio.value == pytest.approx(1.0)
        assert comparison.verdict == "equivalent"


@settings(max_examples=60)
@given(drawn.REPORTS)
def test_every_report_that_can_be_stored_can_be_summarised(any_report):
    summary = summarise(any_report)
    assert len(summary.rows) == len(any_report.outcomes)
    for row in summary.rows:
        assert (row.p50 is None) == (row.status != "measured")
    for comparison in summary.comparisons:
        assert comparison.baseline.index < comparison.candidate.index


@pytest.mark.parametrize(
    ("difference", "scale", "said"), [(1e-5, 1.0, False), (2.4e-4, 1.0, True), (1e-3, 20.0, False)]
)
def test_an_fp32_row_whose_outputs_differ_as_those_of_tf32_says_so(difference, scale, said):
    row = constant(replicates=2)
    ran = replace(row.opened[0].ran, options={"use_tf32": "0"})
    opened = tuple(replace(each, ran=ran) for each in row.opened)
    inspection = Inspection(agreement=Agreement(difference, scale))
    advice = row_of(replace(row, opened=opened, inspection=inspection)).advice
    assert any("differ as those of TF32 do" in text for text in advice) is said
