"""How a row compares, in three cells."""

from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.views.holds import holds
from bench.views.marks import mark, marks

case, measured = reports.case, reports.measured


def cells(*outcomes):
    summary = summarise(reports.report(*outcomes))
    return [(each.ratio.text, each.interval.text, each.word.text) for each in marks(summary)]


def test_a_baseline_is_called_so_and_a_row_alone_has_nothing():
    told = cells(measured(case("avg"), 2e-3), measured(case("max"), 1e-3), measured(case(batch=8)))
    assert told == [
        ("", "", "baseline"),
        ("0.500", "0.500–0.500", "▲ faster"),
        ("", "", ""),
    ]


def test_there_is_a_word_for_each_state():
    alone = [measured(case(name), replicates=1) for name in ("avg", "max")]
    assert cells(*alone)[1] == ("1.000", "–", "? too few")
    busy = measured(case("max"), spread=0.1, disturbed={(0, 0), (0, 1), (1, 0)})
    assert cells(measured(case("avg")), busy)[1][2] == "? disturbed"


def test_a_percentile_of_too_few_calls_is_no_disturbance():
    rows = measured(case("avg")), measured(case("max"), 1e-3)
    summary = summarise(reports.report(*rows), "p99")
    assert marks(summary)[1].word.text == "? too few"
    (sentence,) = holds(summary)
    assert sentence.endswith(", but too little was measured: no verdict.")


def test_a_baseline_that_is_not_the_first_row_is_named():
    original = case("max")
    made = replace(original, model=replace(original.model, name="max-int8", original="max"))
    made = replace(made, model=replace(made.model, variant="int8"))
    told = cells(measured(case("avg")), measured(original), measured(made, 1e-5))
    assert told[2] == ("0.149", "0.149–0.149", "▲ faster (max)")


@pytest.mark.parametrize(
    ("low", "high", "interval"),
    [(1e-3, 3e3, "–"), (0.5, 3.0, "0.500–3.000"), (1e-3, 0.9, "0.001–0.900")],
)
def test_an_interval_that_tells_nothing_is_not_given_in_numbers(low, high, interval):
    """Of two replicates that differ it may span thousands; one that decides is told."""
    (compared,) = summarise(
        reports.report(measured(case("avg")), measured(case("max")))
    ).comparisons
    told = replace(compared, ratio=replace(compared.ratio, low=low, high=high))
    assert mark(told).interval.text == interval
