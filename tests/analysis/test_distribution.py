"""The bins of a row's samples: nothing is lost, whatever they look like."""

import math

import numpy
import pytest
import reports
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.distribution import distribution, distributions, logarithms, shared
from bench.analysis.summary import summarise
from bench.domain import Skipped

SECONDS = st.lists(st.floats(1e-9, 1e4), min_size=1, max_size=60)


@settings(max_examples=100)
@given(SECONDS)
def test_every_sample_is_in_a_bin_or_counted_outside(samples):
    found = distribution(numpy.array(samples))
    assert found.total == len(samples)
    assert (found.lowest, found.highest) == (min(samples), max(samples))
    assert found.width > 0
    assert 8 <= len(found.counts) <= 48


def test_a_bin_holds_the_samples_between_its_edges():
    found = distribution(numpy.linspace(1.0, 2.0, 1001))
    for index, count in enumerate(found.counts):
        low = found.start + index * found.width
        assert count == pytest.approx(found.width * 1000, abs=2), low
    assert (found.below, found.above) == (0, 1), "the slowest 0.1 %"


def test_outliers_do_not_widen_the_bins_but_are_told():
    samples = numpy.concatenate([numpy.linspace(1.0, 1.1, 1000), [50.0]])
    found = distribution(samples)
    assert found.start + found.width * len(found.counts) < 1.2
    assert found.highest == 50.0
    assert found.above >= 1


def test_bins_of_equal_ratio_hold_the_same_calls():
    summary = summarise(reports.report(reports.measured(rounds=10, calls=50, spread=0.5)))
    (even,), (log,) = distributions(summary), logarithms(summary)
    assert (sum(log.counts), log.above) == (sum(even.counts), even.above)
    assert math.exp(log.start) == pytest.approx(even.start)
    ends = [each.start + each.width * len(each.counts) for each in (even, log)]
    assert math.exp(ends[1]) == pytest.approx(ends[0])


def test_samples_that_are_all_alike_have_a_place():
    found = distribution(numpy.full(7, 2e-3))
    assert sum(found.counts) == 7
    assert found.start < 2e-3 < found.start + found.width * len(found.counts)


def test_only_measured_rows_have_one_and_disturbed_slots_count_too():
    row = reports.measured(replicates=1, rounds=4, calls=5, disturbed={(0, 1)})
    summary = summarise(reports.report(row, Skipped(reports.case(), "because")))
    first, second = distributions(summary)
    assert first.total == 20 == summary.rows[0].samples
    assert second is None


def test_shared_bins_are_the_same_for_all_rows():
    rows = [reports.measured(seconds=seconds) for seconds in (1e-3, 1.1e-3)]
    first, second = shared(summarise(reports.report(*rows)), [0, 1], 20)
    assert (first.start, first.width) == (second.start, second.width)
    assert len(first.counts) == len(second.counts) == 20
    assert math.isclose(first.start, 1e-3, rel_tol=0.01)
    assert first.total == second.total == 60


def test_shared_bins_end_at_the_quantile_that_is_asked_for():
    row = reports.measured(seconds=1e-3, calls=100, spread=0.5)
    summary = summarise(reports.report(row))
    (whole,), (clipped,) = shared(summary, [0], 20), shared(summary, [0], 20, 0.9)
    assert clipped.start + 20 * clipped.width < whole.start + 20 * whole.width
    assert clipped.above == pytest.approx(0.1 * clipped.total, rel=0.1)
    assert clipped.total == whole.total
