"""How single figures are written."""

import math
from dataclasses import replace

import pytest
import reports

from bench.analysis.figures import FIGURES
from bench.analysis.summary import summarise
from bench.domain import Skipped
from bench.statistics.percentiles import NotEstimable, Percentile
from bench.views import wording
from bench.views.columns import columns


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (6.71e-5, "67.1 µs"),
        (1.0, "1.00 s"),
        (0.99951, "1.00 s"),
        (999.4e-6, "999 µs"),
        (999.6e-6, "1.00 ms"),
        (9.996e-3, "10.0 ms"),
        (99.96e-6, "100 µs"),
        (4.2e-9, "4.20 ns"),
        (5e-11, "0.0500 ns"),
        (123.4, "123 s"),
        (86_400.0, "86400 s"),
        (0.0, "0 ns"),
        (None, "–"),
    ],
)
def test_seconds_have_three_significant_digits(value, text):
    assert wording.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (14_947.0, "14,900"),
        (22_619_361.6, "22,600,000"),
        (324.9, "325"),
        (99.96, "100"),
        (99.94, "99.9"),
        (1.0, "1.00"),
        (0.0123, "0.0123"),
        (None, "–"),
    ],
)
def test_rates_have_three_significant_digits_and_separated_thousands(value, text):
    assert wording.rate(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9964, "99.64 %"), (0.99999, "99.99 %"), (1.0, "100.00 %"), (0.0, "0.00 %"), (None, "–")],
)
def test_shares_are_never_rounded_up_to_all(value, text):
    assert wording.share(value) == text


@pytest.mark.parametrize(("value", "text"), [(3.84e-6, "3.8e-06"), (0.0, "0.0e+00"), (None, "–")])
def test_differences_have_two_significant_digits(value, text):
    assert wording.difference(value) == text


def test_a_percentile_has_its_interval_beside_it_or_a_word_in_its_place():
    p99 = next(figure for figure in FIGURES if figure.name == "p99")
    (row,) = summarise(reports.report(reports.measured())).rows
    known = Percentile(0.99, 1e-3, 1e-3, 2e-3, 0.95, 400)
    assert wording.written(p99, replace(row, p99=NotEstimable(0.99, 12, 368))) == "too few"
    assert wording.written(p99, replace(row, p99=known)) == "1.00 ms (1.00–2.00)"
    assert wording.written(p99, replace(row, p99=None)) == "–"


def test_items_are_images_only_where_all_models_are_bundled():
    bundled = summarise(reports.report(reports.measured()))
    own = summarise(reports.report(reports.measured(), Skipped(reports.case("own"), "because")))
    for summaries, heading in (
        ([bundled], "Images/s"),
        ([own], "Inputs/s"),
        ([bundled, own], "Inputs/s"),
    ):
        assert heading in [column.heading for column in columns(summaries)]


def test_threads_have_a_column_only_where_rows_differ_in_them():
    rows = [reports.measured(reports.case(threads=threads)) for threads in (1, 2)]
    alike, differing = (summarise(reports.report(*some)) for some in (rows[:1], rows))
    assert "Threads" not in [column.heading for column in columns([alike])]
    (column,) = (c for c in columns([differing]) if c.heading == "Threads")
    assert [column.text(row) for row in differing.rows] == ["1", "2"]


def test_a_target_tells_what_is_unusual_about_it():
    usual = reports.case(target="onnxruntime:cuda")
    assert wording.short_target(usual) == "cuda"
    workload = replace(usual.workload, boundary="device", precision="native", options={"a": "1"})
    assert wording.short_target(replace(usual, workload=workload)) == "cuda device native a=1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (77_824_000, "77.8 MB"),
        (1_500_000_000, "1500 MB"),
        (999_500, "1.00 MB"),
        (999_499, "999 kB"),
        (91_006, "91.0 kB"),
        (999.5, "1.00 kB"),
        (31, "31 B"),
        (0, "0 B"),
        (None, "–"),
    ],
)
def test_memory_is_in_megabytes_or_in_what_fits_fewer(value, text):
    assert wording.memory(value) == text


@pytest.mark.parametrize(
    ("high", "text"), [(1.5, "± 50.0 %"), (4.9, "too few"), (math.inf, "too few")]
)
def test_an_interval_that_tells_nothing_is_a_word(high, text):
    (row,) = summarise(reports.report(reports.measured(replicates=1))).rows
    assert wording.half_width(replace(row.p50, value=1.0, high=high)) == text
