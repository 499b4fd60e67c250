"""The bars of the HTML report that come from a profile."""

from dataclasses import replace

import reports
from pages import rendered

from bench.analysis.summary import summarise
from bench.domain import Inspection, Profile


def test_time_by_operator_is_drawn_where_it_was_profiled(visit):
    outcome = reports.measured(reports.case("avg"))
    profile = Profile({"CPUExecutionProvider": 1.0}, 2, 0, {"Conv": 4e-5, "Gemm": 2e-6})
    profiled = replace(outcome, inspection=Inspection(profile))
    page = visit(rendered(summarise(reports.report(profiled))))
    said = page.locator("#profile .chart").get_attribute("aria-label")
    assert "Conv 40.0 µs, Gemm 2.00 µs" in said
    assert page.locator("#profile svg path").count() > 4
