"""A thousand rows on a terminal: what decides of them, and where the rest is."""

import many_rows
import reports
from pages import rendered

from bench.analysis.summary import summarise
from bench.domain import Failed
from bench.views.many_rows import ENDS, MOST


def test_a_report_of_many_rows_fits_a_few_screens_and_says_where_the_rest_is():
    summary = summarise(many_rows.report(200, rounds=2, calls=1))
    text = rendered(summary, "table", 80)
    assert len(text.splitlines()) < 75
    said = " ".join(text.split())
    assert "200 rows: 180 measured, 10 failed, 10 skipped, of which 30 stand above." in said
    assert "--format html --output report.html" in said


def test_the_ends_are_those_of_the_ratios():
    rows = [reports.measured(reports.case(f"m{n}"), 1e-4 * (1 + n)) for n in range(MOST)]
    summary = summarise(reports.report(*rows, Failed(reports.case("broken"), "no reason")))
    text = rendered(summary, "table", 80)
    fastest, _, rest = text.partition("Slowest against their baselines")
    slowest, _, broken = rest.partition("Without a time")
    assert [f"m{n} " in fastest for n in (1, ENDS, ENDS + 1)] == [True, True, False]
    assert [f"m{n} " in slowest for n in (MOST - ENDS - 1, MOST - ENDS, MOST - 1)] == [0, 1, 1]
    assert "broken" in broken


def test_rows_that_are_compared_with_nothing_are_ranked_by_the_time_of_an_input():
    rows = [reports.measured(reports.case("m", batch=1 + n), 1e-4) for n in range(MOST + 1)]
    text = rendered(summarise(reports.report(*rows)), "table", 80)
    assert text.index("Fastest per input") < text.index(f"  {MOST + 1}  ")


def test_what_is_amiss_with_many_rows_names_some_of_them():
    broken = [Failed(reports.case(f"m{n}"), "no reason") for n in range(MOST)]
    text = rendered(summarise(reports.report(reports.measured(), *broken)), "table", 80)
    assert " and 108 more: failed: no reason" in " ".join(text.split())
