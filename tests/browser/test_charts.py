"""What the charts of the HTML report say: scales, colours, margins, and what they leave out."""

from dataclasses import replace

import many_rows
import pytest
import reports
from pages import rendered

from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise
from bench.domain import Failed, Inspection, Profile

OPTION = """name => echarts.getInstanceByDom(
    document.querySelector(`#${name} .chart`)).getOption()"""


def option(page, chart):
    return page.evaluate(OPTION, chart)


def report_of(*rows):
    """A page of models at batches, each with the seconds of its calls."""
    outcomes = [
        reports.measured(reports.case(model, target, batch), seconds, counts=reports.accuracy())
        for model, target, batch, seconds in rows
    ]
    return rendered(summarise(reports.report(*outcomes)))


def test_rows_of_a_batch_have_one_scale_and_those_of_another_their_own(visit):
    cpu = "onnxruntime:cpu"
    page = visit(report_of(("a", cpu, 1, 77e-6), ("b", cpu, 1, 148e-6), ("a", cpu, 128, 9e-3)))
    first, second, third = (
        (axis["min"], axis["max"]) for axis in option(page, "distributions")["xAxis"]
    )
    assert first == second
    assert first[0] < 77e-6 and first[1] > 148e-6
    assert third[0] > first[1]
    low, high = zip(*((a["min"], a["max"]) for a in option(page, "course")["yAxis"]), strict=True)
    assert len(set(low)) == len(set(high)) == 1


def test_a_switch_makes_the_scale_logarithmic(visit, pages):
    page = visit(pages(2))
    before = option(page, "distributions")["xAxis"][0]
    switch = page.get_by_role("button", name="Logarithmic scale")
    switch.click()
    after = option(page, "distributions")["xAxis"][0]
    assert before["min"] > 0 > after["max"], "logarithms of less than a second"
    page.mouse.move(0, 0)
    assert switch.get_attribute("aria-pressed") == "true"
    switch.click()
    assert option(page, "distributions")["xAxis"][0]["min"] == before["min"]


def test_times_far_apart_are_on_a_logarithmic_scale_and_it_is_said(visit):
    page = visit(report_of(("a", "onnxruntime:cpu", 1, 1e-5), ("b", "onnxruntime:cpu", 1, 1e-3)))
    assert option(page, "distributions")["xAxis"][0]["max"] < 0
    said = page.locator("#distributions .said-too").text_content()
    assert said.startswith("Times far apart are on a logarithmic scale.")


def test_slow_calls_are_counted_and_not_drawn(visit):
    row = reports.measured(replicates=3, rounds=10, calls=100)
    row.slots[0].samples[0] = 0.5
    page = visit(rendered(summarise(reports.report(row))))
    assert option(page, "distributions")["xAxis"][0]["max"] < 1e-4
    said = page.locator("#distributions .said-too").text_content()
    assert said.endswith("avg, cpu, batch 1: 3, up to 500 ms.")


def test_a_difference_is_drawn_against_one_with_the_margin_shaded(visit):
    cpu = "onnxruntime:cpu"
    page = visit(report_of(("a", cpu, 1, 80e-6), ("b", cpu, 1, 60e-6)))
    drawn = option(page, "differences")
    points, whisker = drawn["series"]
    ((margin,),) = [[[end["xAxis"] for end in area] for area in points["markArea"]["data"]]]
    assert margin == pytest.approx([0.99, 1.01])
    assert [line["xAxis"] for line in points["markLine"]["data"]] == [1]
    assert points["data"][0]["value"][0] == pytest.approx(0.75, rel=1e-3)
    low, high = (place for place, _ in whisker["data"])
    assert low <= points["data"][0]["value"][0] <= high
    assert drawn["yAxis"][0]["data"][0].splitlines()[-1].endswith("▲ faster")


def test_an_interval_without_an_end_leaves_the_scale_as_it_is(visit):
    rows = [
        reports.measured(reports.case("a"), 80e-6, replicates=2, spread=0.01),
        reports.measured(reports.case("b"), 60e-6, replicates=2, spread=3.0),
    ]
    summary = summarise(reports.report(*rows))
    (compared,) = summary.comparisons
    assert 100 < compared.ratio.high < float("inf")
    axis = option(visit(rendered(summary)), "differences")["xAxis"][0]
    assert -6 < axis["min"] < 0 < axis["max"] < 6, "logarithms of ratios"


def test_a_model_has_one_colour_in_all_charts(visit, pages):
    page = visit(pages(50))
    page.locator("summary", has_text="cold costs").click()
    colours = {}
    for chart in ("distributions", "course", "throughput", "accuracy"):
        for series in option(page, chart)["series"]:
            name = series.get("name", "")
            if name.startswith("model-"):
                colours.setdefault(name[: len("model-0")], set()).add(series["color"])
    assert len(colours) == 5
    assert all(len(used) == 1 for used in colours.values()), colours
    assert len(set.union(*colours.values())) == 5
    steps = {series["color"] for series in option(page, "cold")["series"]}
    assert steps.isdisjoint(set.union(*colours.values()))


def test_time_by_operator_has_a_scale_for_each_batch(visit):
    outcomes = [
        replace(
            reports.measured(reports.case(model, batch=batch)),
            inspection=Inspection(Profile({"CPU": 1.0}, 2, 0, {"Conv": batch * 4e-5})),
        )
        for model in ("a", "b")
        for batch in (1, 128)
    ]
    drawn = option(visit(rendered(summarise(reports.report(*outcomes)))), "profile")
    assert [title["text"] for title in drawn["title"]] == ["Batch 1", "Batch 128"]
    assert [series["xAxisIndex"] for series in drawn["series"]] == [0, 0, 1, 1]
    assert [series["data"] for series in drawn["series"]] == [[4e-5]] * 2 + [[128 * 4e-5]] * 2


def test_paper_has_all_of_a_legend_and_headings_on_every_page(visit, pages):
    page = visit(pages(8))
    screen = option(page, "accuracy")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper = option(page, "accuracy")
    assert [drawn["legend"][0]["type"] for drawn in (screen, paper)] == ["scroll", "plain"]
    below = (paper["grid"][0]["top"] - screen["grid"][0]["top"]) / 24
    assert below == len(paper["legend"][0]["data"]) - 1  # these names have a line each
    # A heading that is a box of its own is left out where a table goes on on the next page.
    button = page.locator("#rows thead button").first
    assert button.evaluate("element => getComputedStyle(element).display") == "contents"


def test_no_chart_is_longer_than_a_page_of_paper(visit):
    operators = {f"Operator{number}": 1e-5 for number in range(30)}
    outcomes = [
        replace(
            reports.measured(reports.case(f"m{number}")),
            inspection=Inspection(Profile({"CPU": 1.0}, 2, 0, operators)),
        )
        for number in range(12)
    ]
    page = visit(rendered(summarise(reports.report(*outcomes))))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    heights = "svgs => svgs.map((svg) => svg.getBoundingClientRect().height)"
    assert 0 < max(page.locator(".chart svg").evaluate_all(heights)) <= 790


def test_the_speed_of_the_machine_is_a_line_over_all_rounds(visit):
    rows = [reports.measured(reports.case(name), rounds=10) for name in ("a", "b")]
    line, *_ = option(visit(rendered(summarise(reports.report(*rows)))), "speed")["series"]
    assert len(line["data"]) == 3 * 10
    assert line["data"][0][1] < 1 < line["data"][-1][1], "each replicate was slower than the last"


def test_many_rows_are_shown_by_the_page_and_narrowed_by_model_and_target(visit, pages):
    page = visit(pages(200))
    shown = page.locator("#rows tbody tr:visible")
    assert shown.count() == 100
    assert page.locator(".pager").first.text_content() == "PreviousRows 1 to 100 of 200Next"
    page.get_by_role("button", name="Next").first.click()
    assert shown.first.get_attribute("data-row") == "100"
    page.get_by_label("Model", exact=True).select_option("model-7")
    assert shown.count() == 10
    page.get_by_label("Target", exact=True).select_option("torch:cpu")
    assert shown.count() == 5
    assert all("model-7" in text and "torch" in text for text in shown.all_text_contents())
    page.get_by_label("Model", exact=True).select_option("all")
    page.get_by_role("columnheader", name="p50").get_by_role("button").click()
    assert shown.count() == 100
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown.count() == 100, "paper has all that match"
    page.get_by_label("Target", exact=True).select_option("")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown.count() == 200


def test_few_rows_need_no_filter(visit, pages):
    page = visit(pages(2))
    assert page.locator(".controls :is(input, select)").count() == 0
    assert page.locator("#picked").text_content().startswith("2 of at most 8")


def test_the_first_rows_picked_are_of_all_models(visit):
    cpu = "onnxruntime:cpu"
    rows = [(model, cpu, batch, batch * 1e-5) for model in "ab" for batch in (1, 2, 4, 8, 16, 32)]
    page = visit(report_of(*rows))
    picked = page.locator("#rows tr:has(input:checked) th").all_text_contents()
    assert picked == ["a"] * 3 + ["b"] * 3


def test_a_cell_of_the_heat_map_leads_to_the_distribution_of_its_row(visit):
    seconds = {("a", "cpu"): 1e-5, ("b", "cpu"): 2e-5, ("a", "torch:cpu"): 3e-5}
    summary = summarise(
        reports.report(
            *(
                reports.measured(reports.case(model, target, batch), value * batch)
                for batch in (1, 8)
                for (model, target), value in seconds.items()
            ),
            Failed(reports.case("b", "torch:cpu", 8), "no reason"),
        )
    )
    page = visit(rendered(side_by_side(["here", "there"], [summary, summary])))
    cells = page.locator("#heat tbody tr")
    assert cells.first.locator("td").all_text_contents() == ["1.00", "3.00", "1.00", "3.00"]
    assert page.locator("#heat thead tr").first.text_content() == "herethere"
    page.locator("#heat select").select_option("8")
    assert cells.nth(1).locator("td").all_text_contents() == ["1.00", "failed"] * 2
    cells.first.locator("a").nth(3).click()
    assert page.url.endswith("#distributions")
    (picked,) = page.locator("#rows tr:has(input:checked)").all_text_contents()
    assert "there" in picked and "torch" in picked
    drawn = option(page, "distributions")
    assert [title["text"].rpartition(" · ")[2] for title in drawn["title"]] == [
        "there: a, torch:cpu"
    ]


def test_a_page_of_very_many_rows_sorts_narrows_and_draws_as_any_other(visit):
    page = visit(rendered(summarise(many_rows.report(520, rounds=1, calls=2))))
    assert page.locator("#rows tbody td").nth(2).get_attribute("class") == "name"
    page.get_by_role("columnheader", name="p50").get_by_role("button").first.click()
    values = page.locator("#rows tbody tr:visible td[data-of='p50']").all()
    first, second = (float(cell.get_attribute("data-value")) for cell in values[:2])
    assert first <= second
    page.get_by_label("Target", exact=True).select_option("torch:cpu")
    assert page.locator("#rows tbody tr:visible").count() == 100
    assert option(page, "distributions")["series"]
